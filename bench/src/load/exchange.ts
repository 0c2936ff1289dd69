import { Schema } from "effect"

/** One request, and what makes its answer right. */
export const Exchange = Schema.Struct({
  method: Schema.Literal("GET", "POST"),
  path: Schema.String,
  body: Schema.optional(Schema.String),
  headers: Schema.optional(Schema.Record({ key: Schema.String, value: Schema.String })),
  status: Schema.Number,
  /** How long the answer's body must be; any length when left out. */
  bytes: Schema.optional(Schema.Number)
})
export type Exchange = typeof Exchange.Type

/** What the process that makes requests is told to do. */
export const Load = Schema.Struct({
  port: Schema.Number,
  connections: Schema.Number,
  /** In turn, by whichever connection is free. */
  exchanges: Schema.Array(Exchange),
  /** For so long, over and over; each exchange once when left out. What is on its way is waited for. */
  millis: Schema.optional(Schema.Number)
})
export type Load = typeof Load.Type

/** What came of it. */
export const Loaded = Schema.Struct({
  count: Schema.Number,
  failures: Schema.Number,
  firstFailure: Schema.optional(Schema.String),
  elapsedMillis: Schema.Number,
  latencies: Schema.Array(Schema.Number)
})
export type Loaded = typeof Loaded.Type
