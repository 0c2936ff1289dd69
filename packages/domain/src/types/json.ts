import { Predicate, Schema } from "effect"
import { isStorableText } from "./text.ts"

type Json = null | boolean | number | string | ReadonlyArray<Json> | { readonly [key: string]: Json }

const maxLength = 16_384
const maxDepth = 16

/** What `jsonb` gives back as it was: no NUL, no lone surrogate, no key that replaces a prototype. */
const isStorable = (value: unknown, depth: number): boolean => {
  switch (typeof value) {
    case "string":
      return isStorableText(value)
    case "number":
      return Number.isFinite(value)
    case "object":
      return (
        value === null ||
        (depth < maxDepth &&
          Object.entries(value).every(
            ([key, item]) => key !== "__proto__" && isStorable(key, depth) && isStorable(item, depth + 1)
          ))
      )
    default:
      return typeof value === "boolean"
  }
}

const isJsonObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  Predicate.isRecord(value) && isStorable(value, 0) && JSON.stringify(value).length <= maxLength

/**
 * A JSON object of the caller's own: at most 16,384 characters as JSON and 16 levels deep, in well-formed
 * Unicode without NUL, without a key `__proto__`. Declared and not a `Record`, whose decoder would copy the
 * value key by key and replace the copy's prototype.
 */
export const JsonObject = Schema.declare(isJsonObject, {
  identifier: "JsonObject",
  message: () =>
    `must be a JSON object of at most ${maxLength} characters and ${maxDepth} levels, in well-formed Unicode`,
  description: `The caller's own: at most ${maxLength} characters as JSON, and ${maxDepth} levels`,
  examples: [{ product: "journal" }],
  jsonSchema: { type: "object", additionalProperties: true },
  arbitrary: () => (fc) => {
    const text = fc.string({ unit: "grapheme", maxLength: 12 }).filter((_) => isStorable(_, 0))
    const key = text.filter((_) => _ !== "__proto__")
    const { object } = fc.letrec<{ object: Record<string, Json>; value: Json }>((tie) => ({
      value: fc.oneof(
        { depthSize: "small", withCrossShrink: true },
        text,
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie("value"), { maxLength: 3 }),
        tie("object")
      ),
      object: fc.dictionary(key, tie("value"), { maxKeys: 3, noNullPrototype: true })
    }))
    return object
  }
})
export type JsonObject = typeof JsonObject.Type
