import { Schema } from "effect"
import { Precision, TraitPrecision } from "./precision.ts"
import { byTrait, Facet, traits } from "./trait.ts"

const mean = Schema.Finite.annotations({
  description: "In standard deviations of the prior, whose mean is 0",
  examples: [0.62]
})

const standardError = Schema.Finite.pipe(
  Schema.between(0, 1, {
    description: "How far the mean may be off, in the same unit; 1 without answers",
    examples: [0.33]
  })
)

const answers = Schema.NonNegativeInt.annotations({
  description: "How many items have an answer",
  examples: [9]
})

export class FacetEstimate extends Schema.Class<FacetEstimate>("FacetEstimate")({
  facet: Facet,
  mean,
  standardError,
  answers
}) {}

const facetExamples = Facet.literals.map((facet) =>
  FacetEstimate.make({ facet, mean: 0.4, standardError: 0.78, answers: 1 })
)

/** Where a person stands on one trait, and how certain that is. */
export class TraitEstimate extends Schema.Class<TraitEstimate>("TraitEstimate")({
  mean,
  standardError,
  answers,
  precision: TraitPrecision,
  facets: Schema.Array(FacetEstimate).pipe(
    Schema.itemsCount(6, { description: "All six, in order", examples: [facetExamples] })
  )
}) {
  /** The share of the estimate's variance that is not error: `1 − SE²`. */
  get reliability(): number {
    return 1 - this.standardError ** 2
  }
}

export class TraitEstimates extends Schema.Class<TraitEstimates>("TraitEstimates")({
  openness: TraitEstimate,
  conscientiousness: TraitEstimate,
  extraversion: TraitEstimate,
  agreeableness: TraitEstimate,
  neuroticism: TraitEstimate
}) {
  get precision(): Precision {
    return new Precision(byTrait((trait) => this[trait].precision))
  }

  /** How many items have an answer, of all traits. */
  get answers(): number {
    return traits.reduce((sum, trait) => sum + this[trait].answers, 0)
  }
}
