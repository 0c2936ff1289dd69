import { Schema } from "effect"
import { Precision, TraitPrecision } from "./precision.ts"
import { byTrait, Facet } from "./trait.ts"

const estimate = {
  /** In standard deviations of the prior, whose mean is 0. */
  mean: Schema.Finite,
  /** In the same unit; 1 without answers. */
  standardError: Schema.Finite.pipe(Schema.between(0, 1)),
  /** How many items have an answer. */
  answers: Schema.NonNegativeInt
}

export class FacetEstimate extends Schema.Class<FacetEstimate>("FacetEstimate")({
  facet: Facet,
  ...estimate
}) {}

/** Where a person stands on one trait, and how certain that is. */
export class TraitEstimate extends Schema.Class<TraitEstimate>("TraitEstimate")({
  ...estimate,
  precision: TraitPrecision,
  /** All six, in order. */
  facets: Schema.Array(FacetEstimate).pipe(Schema.itemsCount(6))
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
}
