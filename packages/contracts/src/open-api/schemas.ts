import { Record } from "effect"
import { isJson, type Json } from "./json.ts"

/** What @effect/platform would answer to a malformed request; this API answers with `ValidationError`. */
export const platformErrors = ["HttpApiDecodeError", "Issue", "PropertyKey"]

/** Under these names stand values, not schemas. */
const values = ["default", "enum", "example", "examples"]

const saysNothing = (value: unknown, name: string): boolean =>
  // Unknown fields are ignored, not refused.
  (name === "additionalProperties" && value === false) ||
  // The generator's titles repeat the limits.
  (name === "title" && typeof value === "string") ||
  (name === "required" && Array.isArray(value) && value.length === 0)

const correct = (node: unknown): unknown => {
  if (Array.isArray(node)) return node.map(correct)
  if (!isJson(node)) return node
  return Record.map(
    Record.filter(node, (value, name) => !saysNothing(value, name)),
    (value, name) => (values.includes(name) ? value : correct(value))
  )
}

/** A schema as this server means it. */
export const correctSchema = (schema: unknown): Json => {
  const corrected = correct(schema)
  return isJson(corrected) ? corrected : {}
}

/** The schemas of the components as this server means them. */
export const correctSchemas = (schemas: Json): Json =>
  Record.map(
    Record.filter(schemas, (_, name) => !platformErrors.includes(name)),
    correctSchema
  )
