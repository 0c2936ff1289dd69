import { Schema } from "effect"

/** `true` or `false` in a query; false if it is not there. The generator would call it a string. */
export const booleanParam = (description: string) =>
  Schema.optionalWith(
    Schema.Literal("true", "false").pipe(
      Schema.annotations({
        message: () => "must be true or false",
        jsonSchema: { type: "boolean", description }
      }),
      Schema.compose(Schema.BooleanFromString)
    ),
    { exact: true, default: () => false }
  )
