import { Schema } from "effect"

/** A whole number in a query. The generator would call it a string of any length. */
export const integerParam = (minimum: number, maximum: number) =>
  Schema.NumberFromString.annotations({ message: () => "must be a whole number" }).pipe(
    Schema.compose(
      Schema.Int.pipe(
        Schema.between(minimum, maximum, {
          message: () => `must be a whole number from ${minimum} to ${maximum}`
        })
      )
    ),
    Schema.annotations({ jsonSchema: { type: "integer", minimum, maximum } })
  )
