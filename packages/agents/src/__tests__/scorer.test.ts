import { assert, describe, it } from "@effect/vitest"
import { Evidence, ItemId, Precision, TraitEstimates, traits } from "@workspace/domain"
import { FastCheck, Schema } from "effect"
import { scoreProbabilities } from "../nerin/graded-response-model.ts"
import { items } from "../nerin/item-bank.ts"
import { itemParameters } from "../nerin/item-parameters.ts"
import { score } from "../nerin/scorer.ts"
import { randomFrom } from "./simulation.ts"

const evidence = FastCheck.record({
  itemId: FastCheck.constantFrom(...items.map((_) => _.id)),
  score: FastCheck.integer({ min: 1, max: 5 }),
  confidence: FastCheck.double({ min: 0, max: 1, noNaN: true })
}).map((_) => new Evidence(_))

const answerSheet = FastCheck.uniqueArray(evidence, { selector: (_) => _.itemId, maxLength: 120 })

const isEstimates = Schema.is(TraitEstimates)

const answered = (score: number, confidence = 1, of = items) =>
  of.map(({ id }) => new Evidence({ itemId: id, score, confidence }))

describe("score", () => {
  it("is the prior without evidence", () => {
    const estimates = score([])
    assert.deepStrictEqual(estimates.precision, Precision.initial)
    for (const trait of traits) {
      const { answers, facets, mean, reliability, standardError } = estimates[trait]
      assert.deepStrictEqual(
        { answers, mean, reliability, standardError },
        { answers: 0, mean: 0, reliability: 0, standardError: 1 }
      )
      assert.deepStrictEqual(
        facets.map((_) => [_.facet, _.mean, _.standardError, _.answers]),
        [1, 2, 3, 4, 5, 6].map((facet) => [facet, 0, 1, 0])
      )
    }
  })

  it("is the mean and standard deviation of the posterior, integrated far and finely", () => {
    const random = randomFrom(2)
    for (let sheet = 0; sheet < 20; sheet++) {
      const answers = items
        .filter((item) => item.trait === "openness" && random.uniform() < (sheet + 1) / 20)
        .map((item) => ({
          itemId: item.id,
          score: sheet === 19 ? 5 : 1 + random.integer(5),
          confidence: sheet === 19 ? 1 : random.uniform()
        }))
      const moments = [0, 0, 0]
      for (let theta = -10; theta <= 10; theta += 0.01) {
        const density = answers.reduce(
          (product, { confidence, itemId, score }) => {
            const parameters = itemParameters.get(itemId)
            const probabilities = parameters === undefined ? [] : scoreProbabilities(parameters, theta)
            return product * (probabilities[score - 1] ?? 0) ** confidence
          },
          Math.exp(-(theta ** 2) / 2)
        )
        for (const power of [0, 1, 2]) moments[power] = (moments[power] ?? 0) + density * theta ** power
      }
      const [zeroth = 0, first = 0, second = 0] = moments
      const { mean, standardError } = score(answers.map((_) => new Evidence(_))).openness
      assert.closeTo(mean, first / zeroth, 1e-4)
      assert.closeTo(standardError, Math.sqrt(second / zeroth - (first / zeroth) ** 2), 1e-4)
    }
  })

  it("holds what its type promises, with a precision from 0.5 to below 1, whatever the evidence", () => {
    FastCheck.assert(
      FastCheck.property(answerSheet, (sheet) => {
        const estimates = score(sheet)
        assert.isTrue(isEstimates(estimates))
        for (const trait of traits) {
          const { answers, facets, precision, standardError } = estimates[trait]
          assert.isTrue(precision >= 0.5 && precision < 1)
          assert.strictEqual(precision, 1 / (1 + standardError ** 2))
          assert.strictEqual(estimates.precision[trait], precision)
          assert.strictEqual(
            answers,
            facets.reduce((sum, facet) => sum + facet.answers, 0)
          )
        }
      })
    )
  })

  it("does not depend on the order of the evidence, nor on evidence about unknown items", () => {
    const noise = [
      new Evidence({ itemId: ItemId.make("unknown"), score: 5, confidence: 1 }),
      new Evidence({ itemId: ItemId.make("__proto__"), score: 1, confidence: 1 })
    ]
    FastCheck.assert(
      FastCheck.property(answerSheet, (sheet) => {
        assert.deepStrictEqual(score([...noise, ...sheet.toReversed()]), score(sheet))
      })
    )
  })

  it("counts evidence of no confidence as no answer", () => {
    assert.deepStrictEqual(score(answered(5, 0)), score([]))
  })

  it("takes the later of two answers to one item", () => {
    const [first, second] = [answered(1), answered(4)]
    assert.deepStrictEqual(score([...first, ...second]), score(second))
  })

  it("rises when an answer rises, in its trait and facet and nowhere else", () => {
    FastCheck.assert(
      FastCheck.property(answerSheet, FastCheck.constantFrom(...items), (sheet, item) => {
        const others = sheet.filter((_) => _.itemId !== item.id)
        const estimates = [1, 2, 3, 4, 5].map((value) =>
          score([...others, new Evidence({ itemId: item.id, score: value, confidence: 0.8 })])
        )
        const rises = (means: ReadonlyArray<number>) =>
          means.every((mean, index) => index === 0 || mean > (means[index - 1] ?? Number.NaN))
        for (const trait of traits) {
          const means = estimates.map((_) => _[trait].mean)
          assert.strictEqual(rises(means), trait === item.trait)
          assert.strictEqual(new Set(means).size, trait === item.trait ? 5 : 1)
        }
        assert.isTrue(rises(estimates.map((_) => _[item.trait].facets[item.facet - 1]?.mean ?? Number.NaN)))
      })
    )
  })

  it("moves further from the middle, and is surer, the surer an extreme answer", () => {
    const confidences = [0, 0.1, 0.25, 0.5, 0.75, 0.9, 1]
    const some = items.filter((_) => _.facet <= 2)
    const estimates = (value: number) => confidences.map((_) => score(answered(value, _, some)).openness)
    const differences = (values: ReadonlyArray<number>) =>
      values.slice(1).map((value, index) => value - (values[index] ?? Number.NaN))
    for (const value of [1, 2, 3, 4, 5]) {
      const direction = Math.sign(value - 3)
      const means = differences(estimates(value).map((_) => _.mean))
      const errors = differences(estimates(value).map((_) => _.standardError))
      assert.isTrue(means.every((_) => (direction === 0 ? Math.abs(_) < 1e-12 : direction * _ > 0)))
      assert.isTrue(errors.every((_) => _ < 0))
    }
  })

  it("counts an answer of half the confidence, given to twice as many items alike, as much", () => {
    const alike = (facets: ReadonlyArray<number>) =>
      items.filter((_) => _.trait === "openness" && facets.includes(_.facet))
    const half = score(answered(4, 0.5, alike([1, 2, 3, 4]))).openness
    const whole = score(answered(4, 1, alike([1, 2]))).openness
    assert.closeTo(half.mean, whole.mean, 1e-12)
    assert.closeTo(half.standardError, whole.standardError, 1e-12)
  })

  it("is mirrored when all answers are", () => {
    FastCheck.assert(
      FastCheck.property(answerSheet, (sheet) => {
        const mirrored = sheet.map((_) => new Evidence({ ..._, score: 6 - _.score }))
        const [one, other] = [score(sheet), score(mirrored)]
        for (const trait of traits) {
          assert.closeTo(one[trait].mean, -other[trait].mean, 1e-9)
          assert.closeTo(one[trait].standardError, other[trait].standardError, 1e-9)
        }
      })
    )
  })
})
