/** A query that all parsers read alike: nothing in it is encoded. */
const isPlainQuery = /^[A-Za-z]+=[\w.~:,-]*(?:&[A-Za-z]+=[\w.~:,-]*)*$/

/** Undefined where it is for the platform's router to read. */
export const queryOf = (search: string): Readonly<Record<string, string>> | undefined => {
  if (search === "") return {}
  if (!isPlainQuery.test(search)) return undefined
  const query: Record<string, string> = {}
  for (const [key, value] of new URLSearchParams(search)) {
    if (Object.hasOwn(query, key)) return undefined
    query[key] = value
  }
  return query
}

/** The path of a request and its query. */
export const partsOf = (url: string): readonly [string, string] => {
  const end = url.indexOf("?")
  return end < 0 ? [url, ""] : [url.slice(0, end), url.slice(end + 1)]
}
