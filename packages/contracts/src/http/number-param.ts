import { Schema } from "effect"

/** A whole number in a query, in decimal digits. The generator would call it a string of any length. */
export const integerParam = (minimum: number, maximum: number) => {
  const message = () => `must be a whole number from ${minimum} to ${maximum}`
  return Schema.String.pipe(
    Schema.pattern(/^[0-9]{1,15}$/, { message }),
    Schema.compose(Schema.NumberFromString),
    Schema.compose(Schema.Int.pipe(Schema.between(minimum, maximum, { message }))),
    Schema.annotations({ jsonSchema: { type: "integer", minimum, maximum } })
  )
}
