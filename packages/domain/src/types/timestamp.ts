import { DateTime, Schema } from "effect"

const min = DateTime.unsafeMake("1970-01-01T00:00:00.000Z")
const max = DateTime.unsafeMake("9999-12-31T23:59:59.999Z")

/** An instant, in milliseconds, that JSON, JavaScript and `timestamptz` all represent exactly. */
export const Timestamp = Schema.DateTimeUtc.pipe(
  Schema.filter(DateTime.between({ minimum: min, maximum: max }), {
    identifier: "Timestamp",
    description: "An instant in UTC, with milliseconds",
    jsonSchema: {
      type: "string",
      format: "date-time",
      description: "An instant in UTC, with milliseconds",
      examples: ["2026-01-01T00:00:00.000Z"]
    },
    message: () => "must be an ISO 8601 instant between 1970 and 9999",
    arbitrary: () => (fc) =>
      fc.integer({ min: min.epochMillis, max: max.epochMillis }).map((millis) => DateTime.unsafeMake(millis))
  })
)
export type Timestamp = typeof Timestamp.Type
