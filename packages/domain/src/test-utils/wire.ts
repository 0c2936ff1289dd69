import { assert, it } from "@effect/vitest"
import { Equal, Schema, Utils } from "effect"

/** Everything the API sends comes back equal. */
export const itSurvivesTheWire = <A, I>(name: string, schema: Schema.Schema<A, I>) => {
  const wire = Schema.parseJson(schema)
  const roundTrip = (value: A) => Schema.decodeSync(wire)(Schema.encodeSync(wire)(value))
  it.prop(`${name} survives the wire`, [schema], ([value]) => {
    assert.isTrue(Utils.structuralRegion(() => Equal.equals(roundTrip(value), value)))
  })
}
