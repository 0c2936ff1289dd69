import { assert, describe, it } from "@effect/vitest"
import { expectedInformation, scoreProbabilities } from "../nerin/graded-response-model.ts"
import { items } from "../nerin/item-bank.ts"
import { itemParameters } from "../nerin/item-parameters.ts"

const thetas = Array.from({ length: 25 }, (_, index) => (index - 12) / 2)
const parameters = Array.from(itemParameters.values())
const sum = (values: ReadonlyArray<number>) => values.reduce((total, value) => total + value, 0)

describe("graded response model", () => {
  it("agrees with Samejima's formula worked out by hand", () => {
    const item = { discrimination: 1, thresholds: [-2, -1, 1, 2] } as const
    // At θ = 1: 1/(1+e^-3), 1/(1+e^-2), 1/2, 1/(1+e^1) are the probabilities of at least 2, 3, 4, 5.
    const expected = [0.0474259, 0.071777, 0.3807971, 0.2310586, 0.2689414]
    scoreProbabilities(item, 1).forEach((probability, index) => {
      assert.closeTo(probability, expected[index] ?? Number.NaN, 1e-7)
    })
  })

  it("gives probabilities: positive, and 1 together", () => {
    for (const item of parameters) {
      for (const theta of thetas) {
        const probabilities = scoreProbabilities(item, theta)
        assert.isTrue(probabilities.every((_) => _ > 0))
        assert.closeTo(sum(probabilities), 1, 1e-12)
      }
    }
  })

  it("expects higher scores of people who stand higher", () => {
    for (const item of parameters) {
      const expected = thetas.map((theta) =>
        sum(scoreProbabilities(item, theta).map((_, index) => _ * (index + 1)))
      )
      assert.isTrue(expected.every((value, index) => index === 0 || value > (expected[index - 1] ?? 6)))
    }
  })

  it("gives the information that the curvature of the expected log-likelihood has", () => {
    const step = 1e-4
    const logs = (item: (typeof parameters)[number], theta: number) =>
      scoreProbabilities(item, theta).map(Math.log)
    for (const item of parameters.slice(0, 40)) {
      for (const theta of thetas) {
        const [below, here, above] = [theta - step, theta, theta + step].map((_) => logs(item, _))
        const curvature = scoreProbabilities(item, theta).map(
          (probability, k) =>
            (-probability * ((below?.[k] ?? 0) - 2 * (here?.[k] ?? 0) + (above?.[k] ?? 0))) / step ** 2
        )
        assert.closeTo(expectedInformation(item, theta), sum(curvature), 1e-4)
      }
    }
  })
})

describe("item parameters", () => {
  it("are there for every item: discrimination from 1 to 1.5, thresholds rising and symmetric", () => {
    assert.deepStrictEqual(
      Array.from(itemParameters.keys()),
      items.map((_) => _.id)
    )
    for (const { discrimination, thresholds } of parameters) {
      assert.isTrue(discrimination >= 1 && discrimination <= 1.5)
      const [b1, b2, b3, b4] = thresholds
      assert.isTrue(b1 < b2 && b2 < b3 && b3 < b4)
      assert.deepStrictEqual([-b4, -b3], [b1, b2])
    }
  })
})
