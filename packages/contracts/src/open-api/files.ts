import { Record } from "effect"
import { headerReferences } from "./headers.ts"
import { isJson, type Json, member } from "./json.ts"

/** For `OpenApi.Transform`: success answers with a file of one of these types, and with a name for it. */
export const asFile =
  (content: Json) =>
  (operation: Json): Json => ({
    ...operation,
    responses: Record.map(member(operation, "responses"), (response, status) =>
      isJson(response) && status === "200"
        ? {
            ...response,
            content,
            headers: { ...member(response, "headers"), ...headerReferences(["content-disposition"]) }
          }
        : response
    )
  })

/** For `OpenApi.Transform`: requests bring a file of one of these types. */
export const takingFiles =
  (content: Json) =>
  (operation: Json): Json => ({
    ...operation,
    requestBody: { description: "The file", required: true, content }
  })
