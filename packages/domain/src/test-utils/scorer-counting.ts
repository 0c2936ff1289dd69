import { Layer, Option } from "effect"
import { Scorer } from "../ports/scorer.ts"
import { FacetResult, TraitResult } from "../types/assessment-results.ts"
import type { Evidence, ItemId } from "../types/evidence.ts"
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

const knows = (itemId: ItemId) => !itemId.startsWith("unknown")

/**
 * Each item that is answered with any confidence answers all traits once. It knows all but those that begin with
 * `unknown`, and dies of `poison`.
 */
export const layer = Layer.succeed(Scorer, {
  knows,
  score: (evidence: Iterable<Evidence>) => {
    const told = Array.from(evidence).filter(({ confidence, itemId }) => confidence > 0 && knows(itemId))
    const items = new Set(told.map(({ itemId }) => itemId))
    if ([...items].some((item) => item === poison)) throw new Error("This answer cannot be scored")
    return estimatesOf(items.size)
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
