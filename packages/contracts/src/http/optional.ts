import { Schema } from "effect"

/** A field that may be left out, but not be `undefined`. */
export const optional = <A, I, R>(schema: Schema.Schema<A, I, R>) =>
  Schema.optionalWith(schema, { exact: true })
