import { Record } from "effect"
import { headerReferences } from "./headers.ts"
import { isJson, type Json, member } from "./json.ts"

/** For `OpenApi.Override`: the operation needs no token. What is not marked so needs one. */
export const anonymousToo = { security: [{}, { bearer: [] }] }

/** For `OpenApi.Transform`: success answers with the session's `ETag`. */
export const withEntityTag = (operation: Json): Json => ({
  ...operation,
  responses: Record.map(member(operation, "responses"), (response, status) =>
    isJson(response) && status.startsWith("2")
      ? { ...response, headers: headerReferences(["etag"]) }
      : response
  )
})

const ifNoneMatch = {
  name: "if-none-match",
  in: "header",
  required: false,
  description: "The ETag of an earlier answer: while the session is that version, the answer is 304",
  schema: { type: "string", examples: ['"v3-2"'] }
}

/** For `OpenApi.Transform`: a read that gives the session's `ETag`, and 304 to who has that version. */
export const conditional = (operation: Json): Json => {
  const tagged = withEntityTag(operation)
  const { parameters } = tagged
  return {
    ...tagged,
    parameters: [...(Array.isArray(parameters) ? parameters : []), ifNoneMatch],
    responses: {
      ...member(tagged, "responses"),
      304: {
        description: "The session is still the version that `if-none-match` names",
        headers: headerReferences(["etag"])
      }
    }
  }
}
