import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, FastCheck } from "effect"
import { Precision, precisionOf } from "../types/precision.ts"
import { byTrait, traits } from "../types/trait.ts"
import { TraitEstimates } from "../types/trait-estimate.ts"

describe("traits", () => {
  it("are those of a precision, in its order", () => {
    assert.deepStrictEqual(Object.keys(Precision.fields), [...traits])
    assert.deepStrictEqual(Object.keys(byTrait(() => 0)), [...traits])
    for (const trait of traits) assert.strictEqual(byTrait((_) => _)[trait], trait)
  })
})

describe("precisionOf", () => {
  it("is 0.5 without answers, 0.9 at a third, and rises to 1", () => {
    assert.strictEqual(precisionOf(1), 0.5)
    assert.closeTo(precisionOf(1 / 3), 0.9, 1e-12)
    assert.strictEqual(precisionOf(0), 1)
  })
})

describe("TraitEstimates", () => {
  it("have the precision of each trait, and the share of its variance that is not error", () => {
    FastCheck.assert(
      FastCheck.property(Arbitrary.make(TraitEstimates), (estimates) => {
        for (const trait of traits) {
          const { precision, reliability, standardError } = estimates[trait]
          assert.strictEqual(estimates.precision[trait], precision)
          assert.closeTo(reliability, 1 - standardError * standardError, 1e-12)
        }
      })
    )
  })
})
