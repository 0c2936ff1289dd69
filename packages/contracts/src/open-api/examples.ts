import { Array, Record } from "effect"
import { alternatives, isJson, type Json, referredSchema } from "./json.ts"

/** The first of every part make the first of the whole, the second the second; a part that has fewer gives its last. */
const zip = (parts: Record.ReadonlyRecord<string, ReadonlyArray<unknown>>): ReadonlyArray<Json> => {
  const known = Record.filter(parts, (examples) => examples.length > 0)
  const count = Math.max(0, ...Object.values(known).map(({ length }) => length))
  return Array.makeBy(count, (index) =>
    Record.map(known, (examples) => examples[Math.min(index, examples.length - 1)])
  ).slice(0, count)
}

/**
 * The examples of a schema: its own, or those that its parts make together. So only what a generator cannot
 * know is written down, beside each schema, and a list of messages holds a question and its answer.
 */
export const examplesOf = (schema: unknown, schemas: Json): ReadonlyArray<unknown> => {
  if (!isJson(schema)) return []
  const { allOf, enum: literals, examples, items, properties } = schema
  if (Array.isArray(examples)) return examples
  if (Array.isArray(literals)) return literals.slice(0, 1)
  const name = referredSchema(schema)
  if (name !== undefined) return examplesOf(schemas[name], schemas)
  if (isJson(properties)) return zip(Record.map(properties, (property) => examplesOf(property, schemas)))
  if (items !== undefined) return [examplesOf(items, schemas)]
  if (Array.isArray(allOf)) return examplesOf(allOf[0], schemas)
  const [first] = alternatives(schema)
  return first === schema ? [] : examplesOf(first, schemas)
}
