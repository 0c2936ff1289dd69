import { Predicate, Record } from "effect"

const isRecord = Predicate.isReadonlyRecord

/** What @effect/platform would answer to a malformed request; this API answers with `ValidationError`. */
const neverSent = ["HttpApiDecodeError", "Issue", "PropertyKey"]

const isNeverSent = (node: unknown): boolean =>
  isRecord(node) && neverSent.some((name) => node["$ref"] === `#/components/schemas/${name}`)

const withoutNeverSent = (node: unknown): unknown => {
  if (!isRecord(node) || !Array.isArray(node["anyOf"])) return node
  const [first, ...others] = node["anyOf"].filter((option) => !isNeverSent(option))
  return others.length === 0 ? first : { ...node, anyOf: [first, ...others] }
}

/** Unknown fields are ignored, not refused. */
const withUnknownFields = (node: unknown): unknown =>
  isRecord(node) && node["additionalProperties"] === false
    ? Record.remove(node, "additionalProperties")
    : node

/** Errors of one status have one media type, whichever of them the generator met first. */
const withProblemJson = (node: unknown): unknown => {
  if (!isRecord(node) || !isRecord(node["responses"])) return node
  return {
    ...node,
    responses: Record.map(node["responses"], (response, status) =>
      status >= "400" && isRecord(response) && isRecord(response["content"])
        ? {
            ...response,
            content: { "application/problem+json": Object.values(response["content"])[0] }
          }
        : response
    )
  }
}

const correct = (node: unknown): unknown => {
  const inner = Array.isArray(node) ? node.map(correct) : isRecord(node) ? Record.map(node, correct) : node
  return withProblemJson(withUnknownFields(withoutNeverSent(inner)))
}

/** Makes the generated OpenAPI document say what this server does, where the generator cannot know it. */
export const correctDocument = (document: Record.ReadonlyRecord<string, unknown>) => {
  const corrected = correct(document)
  if (!isRecord(corrected)) return document
  const { components, ...rest } = corrected
  const schemas = isRecord(components) && isRecord(components["schemas"]) ? components["schemas"] : {}
  return {
    ...rest,
    components: {
      ...(isRecord(components) ? components : {}),
      schemas: {
        ...Record.filter(schemas, (_, name) => !neverSent.includes(name)),
        Timestamp: {
          type: "string",
          format: "date-time",
          description: "An instant in UTC, with milliseconds"
        }
      }
    }
  }
}
