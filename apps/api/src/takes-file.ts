/** Whether a request brings a file, which has other types, another limit and more time than a body of JSON. */
export const takesFile = ({
  method,
  url = ""
}: {
  readonly method?: string | undefined
  readonly url?: string | undefined
}): boolean => method === "POST" && url.split("?", 1)[0] === "/api/sessions/import"
