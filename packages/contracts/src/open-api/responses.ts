import { Record } from "effect"
import { examplesOf } from "./examples.ts"
import { headersOf } from "./headers.ts"
import { alternatives, isJson, type Json, member, referredSchema } from "./json.ts"
import { correctSchema, platformErrors } from "./schemas.ts"

/** What can only be said of a body. */
const errorsOfBodies = ["PayloadTooLargeError", "UnsupportedMediaTypeError"]

/** What the API declares for all of its operations. */
const errorsOfAll = ["ValidationError", "InternalError", "UnavailableError", ...errorsOfBodies]

/** An operation without callers is one of the system's: it reads nothing of a request and asks nobody. */
const asksWhoCalls = ({ security }: Json): boolean => Array.isArray(security) && security.length > 0

const takesIdempotencyKey = ({ parameters }: Json): boolean =>
  Array.isArray(parameters) && parameters.some((_) => isJson(_) && _["name"] === "idempotency-key")

/** What else than JSON it takes has limits of its own. */
const takesJsonAlone = ({ requestBody }: Json): boolean =>
  requestBody !== undefined &&
  Object.keys(member(requestBody, "content")).every((type) => type === "application/json")

const neverSentBy = (operation: Json): ReadonlyArray<string> => {
  if (!asksWhoCalls(operation)) return [...platformErrors, ...errorsOfAll]
  return takesJsonAlone(operation) ? platformErrors : [...platformErrors, ...errorsOfBodies]
}

/** A body with an example of each schema that it may have. */
export const withExamples = (mediaType: unknown, schemas: Json): Json => {
  const schema = correctSchema(member(mediaType, "schema"))
  const named = alternatives(schema).flatMap((alternative) => {
    const name = referredSchema(alternative)
    const [value] = examplesOf(alternative, schemas)
    return name === undefined || value === undefined ? [] : [[name, { value }] as const]
  })
  if (named.length > 0) return { schema, examples: Record.fromEntries(named) }
  const [example] = examplesOf(schema, schemas)
  return { schema, ...(example === undefined ? {} : { example }) }
}

const ofErrors = (response: Json, errors: ReadonlyArray<unknown>, schemas: Json): Json => ({
  ...response,
  description: errors
    .map((error) => member(schemas, referredSchema(error) ?? "")["description"])
    .join(". Or: "),
  // Errors of one status have one media type, whichever of them the generator met first.
  content: {
    "application/problem+json": withExamples(
      { schema: errors.length === 1 ? errors[0] : { anyOf: errors } },
      schemas
    )
  }
})

/** What an operation really answers, with examples and headers. */
export const correctResponses = (operation: Json, schemas: Json): Json => {
  const neverSent = neverSentBy(operation)
  const facts = {
    asksWhoCalls: asksWhoCalls(operation),
    takesIdempotencyKey: takesIdempotencyKey(operation)
  }

  const correctResponse = (response: Json, status: string): ReadonlyArray<Json> => {
    const withHeaders = {
      ...response,
      headers: { ...headersOf(status, facts), ...member(response, "headers") }
    }
    const content = member(response, "content")
    if (status < "400") {
      return [
        Record.isEmptyReadonlyRecord(content)
          ? withHeaders
          : { ...withHeaders, content: Record.map(content, (_) => withExamples(_, schemas)) }
      ]
    }
    const errors = Object.values(content)
      .flatMap((mediaType) => alternatives(member(mediaType, "schema")))
      .filter((error) => !neverSent.includes(referredSchema(error) ?? ""))
    return errors.length === 0 ? [] : [ofErrors(withHeaders, errors, schemas)]
  }

  return Record.fromEntries(
    Object.entries(member(operation, "responses")).flatMap(([status, response]) =>
      isJson(response) ? correctResponse(response, status).map((_) => [status, _] as const) : []
    )
  )
}
