import { Layer, Option } from "effect"
import { Scorer } from "../ports/scorer.ts"
import { FacetResult, TraitResult } from "../types/assessment-results.ts"
import type { Evidence } from "../types/evidence.ts"
import { precisionOf } from "../types/precision.ts"
import { byTrait, Facet } from "../types/trait.ts"
import { FacetEstimate, TraitEstimate, TraitEstimates } from "../types/trait-estimate.ts"

/** An item that nobody can score. */
export const poison = "poison"

const estimatesOf = (answers: number) => {
  const estimate = { mean: 0, standardError: 1 / (1 + answers), answers }
  const facets = Facet.literals.map((facet) => new FacetEstimate({ facet, ...estimate }))
  return new TraitEstimates(
    byTrait(() => new TraitEstimate({ ...estimate, precision: precisionOf(estimate.standardError), facets }))
  )
}

/** Each item answers all traits once, but one that begins with `unknown` none. It dies of `poison`. */
export const layer = Layer.succeed(Scorer, {
  score: (evidence: Iterable<Evidence>) => {
    const items = new Set(Array.from(evidence, ({ itemId }) => itemId))
    if ([...items].some((item) => item === poison)) throw new Error("This answer cannot be scored")
    return estimatesOf([...items].filter((item) => !item.startsWith("unknown")).length)
  },
  explain: (estimates, language) => ({
    language,
    traits: byTrait((trait) => {
      const words = { title: trait, description: "A trait." }
      const { facets, ...estimate } = estimates[trait]
      return new TraitResult({
        ...words,
        ...estimate,
        summary: "A trait.",
        level: Option.none(),
        reliability: estimates[trait].reliability,
        percentile: 50,
        facets: facets.map((facet) => new FacetResult({ ...facet, ...words, level: Option.none() }))
      })
    })
  })
})
