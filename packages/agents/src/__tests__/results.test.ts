import { assert, describe, it } from "@effect/vitest"
import { Evidence, type Trait, TraitEstimate, TraitEstimates, traits } from "@workspace/domain"
import { Array, Option } from "effect"
import { items } from "../nerin/item-bank.ts"
import { percentileUnderPrior } from "../nerin/percentile.ts"
import { languages } from "../nerin/result-texts.ts"
import { resultsOf } from "../nerin/results.ts"
import { score } from "../nerin/scorer.ts"

const answered = (trait: Trait, value: number) =>
  items
    .filter((_) => _.trait === trait)
    .map(({ id }) => new Evidence({ itemId: id, score: value, confidence: 1 }))

const estimates = score([
  ...answered("openness", 5),
  ...answered("conscientiousness", 3),
  ...answered("extraversion", 1),
  ...answered("agreeableness", 4).slice(0, 1)
])

describe("resultsOf", () => {
  it("says low, neutral or high, what that means, and nothing where nothing was answered", () => {
    const { language, traits } = resultsOf(estimates, "en")
    assert.strictEqual(language, "en")
    const level = (trait: Trait) => Option.getOrUndefined(traits[trait].level)
    assert.strictEqual(level("openness")?.level, "high")
    assert.match(level("openness")?.text ?? "", /^Your score on Openness to Experience is high, indicating/)
    assert.strictEqual(level("conscientiousness")?.level, "neutral")
    assert.match(level("conscientiousness")?.text ?? "", /^Your score on Conscientiousness is average/)
    assert.strictEqual(level("extraversion")?.level, "low")
    assert.match(level("extraversion")?.text ?? "", /^Your score on Extraversion is low/)
    assert.isUndefined(level("neuroticism"))
    assert.deepStrictEqual(
      traits.agreeableness.facets.map((_) => Option.getOrNull(_.level)),
      ["neutral", null, null, null, null, null]
    )
    assert.isTrue(traits.openness.facets.every((_) => Option.contains(_.level, "high")))
    assert.isTrue(traits.neuroticism.facets.every((_) => Option.isNone(_.level)))
  })

  it("says the numbers of each trait and facet beside the words, to the fourth digit", () => {
    const { traits: results } = resultsOf(estimates, "en")
    const isShown = (value: number, exact: number) => {
      assert.closeTo(value, exact, 0.000_05)
      assert.match(String(value), /^-?\d(\.\d{1,4})?$/)
    }
    for (const trait of traits) {
      const { facets, ...result } = results[trait]
      for (const number of ["mean", "standardError", "precision", "reliability"] as const) {
        isShown(result[number], estimates[trait][number])
      }
      assert.closeTo(result.percentile, percentileUnderPrior(estimates[trait].mean), 0.005)
      assert.match(String(result.percentile), /^\d+(\.\d\d?)?$/)
      assert.strictEqual(result.answers, estimates[trait].answers)
      for (const [index, estimate] of estimates[trait].facets.entries()) {
        const { answers, facet, mean, standardError } = facets[index] ?? assert.fail()
        assert.deepStrictEqual([facet, answers], [estimate.facet, estimate.answers])
        isShown(mean, estimate.mean)
        isShown(standardError, estimate.standardError)
      }
    }
  })

  it("says nought, and nothing like it, of somebody in the middle", () => {
    // What is left of the sum is 1e-17 or so.
    assert.notStrictEqual(estimates.conscientiousness.mean, 0)
    const { facets, mean, percentile } = resultsOf(estimates, "en").traits.conscientiousness
    assert.deepStrictEqual(
      [mean, ...facets.map((_) => _.mean)],
      Array.makeBy(7, () => 0)
    )
    assert.strictEqual(percentile, 50)
  })

  it("draws the lines half a standard deviation from the middle", () => {
    const levelAt = (mean: number) => {
      const openness = new TraitEstimate({ ...estimates.openness, mean })
      const level = resultsOf(new TraitEstimates({ ...estimates, openness }), "en").traits.openness.level
      return Option.getOrUndefined(level)?.level
    }
    assert.deepStrictEqual([-0.51, -0.5, -0.49, 0.49, 0.5, 0.51].map(levelAt), [
      "low",
      "low",
      "neutral",
      "neutral",
      "high",
      "high"
    ])
    assert.closeTo(percentileUnderPrior(-0.5), 31, 0.5)
  })

  it("calls nobody high or low whose estimate is within its standard error of the middle", () => {
    const levelAt = (mean: number, standardError: number) => {
      const openness = new TraitEstimate({ ...estimates.openness, mean, standardError })
      const level = resultsOf(new TraitEstimates({ ...estimates, openness }), "en").traits.openness.level
      return Option.getOrUndefined(level)?.level
    }
    assert.deepStrictEqual(
      [levelAt(0.6, 0.61), levelAt(0.6, 0.6), levelAt(-0.6, 0.61), levelAt(-0.6, 0.6)],
      ["neutral", "high", "neutral", "low"]
    )
  })

  it("has plain texts in 15 languages, for every trait, facet and level", () => {
    assert.strictEqual(languages.length, 15)
    for (const { id } of languages) {
      for (const value of [1, 3, 5]) {
        const { language, traits: results } = resultsOf(score(traits.flatMap((_) => answered(_, value))), id)
        assert.strictEqual(language, id)
        for (const trait of traits) {
          const { description, facets, level, summary, title } = results[trait]
          const text = Option.getOrThrow(level).text
          assert.deepStrictEqual(
            facets.map((_) => _.facet),
            [1, 2, 3, 4, 5, 6]
          )
          const texts = [
            description,
            summary,
            text,
            title,
            ...facets.flatMap((_) => [_.title, _.description])
          ]
          for (const words of texts) {
            assert.match(words, /^[^\s<>][^<>]*$/)
            assert.notMatch(words, / {2}|[^\n]\n[^\n]|\n{3}/)
          }
        }
      }
    }
  })

  it("says it in English where it has no texts in a language, and says that it does", () => {
    const { language, traits } = resultsOf(estimates, "ja")
    assert.deepStrictEqual([language, traits.openness.title], ["en", "Openness To Experience"])
    const german = resultsOf(estimates, "de-CH")
    assert.deepStrictEqual([german.language, german.traits.agreeableness.title], ["de", "Verträglichkeit"])
  })
})

describe("percentileUnderPrior", () => {
  it("is the area below the standard normal curve, to within 0.00001 percent", () => {
    const step = 0.001
    const density = (x: number) => Math.exp(-(x ** 2) / 2) / Math.sqrt(2 * Math.PI)
    let area = 0
    for (let index = -8000; index < 5000; index++) {
      const x = index * step
      // Simpson's rule, far finer than what it checks.
      area += ((density(x) + 4 * density(x + step / 2) + density(x + step)) * step) / 6
      assert.closeTo(percentileUnderPrior(x + step), 100 * area, 1e-5)
    }
  })

  it("is 50 in the middle, rises, and is mirrored", () => {
    assert.closeTo(percentileUnderPrior(0), 50, 1e-7)
    for (let mean = 0.1; mean < 5; mean += 0.1) {
      assert.isAbove(percentileUnderPrior(mean), percentileUnderPrior(mean - 0.1))
      assert.closeTo(percentileUnderPrior(mean) + percentileUnderPrior(-mean), 100, 1e-9)
    }
  })
})
