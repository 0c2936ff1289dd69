import { Option, Schema } from "effect"
import { Session } from "./session.ts"
import { Facet } from "./trait.ts"
import { FacetEstimate, TraitEstimate } from "./trait-estimate.ts"

/** Where an estimate lies on its scale. */
export const Level = Schema.Literal("low", "neutral", "high").annotations({
  description:
    "Low and high begin half a standard deviation from the middle, and at least a standard error from it",
  examples: ["high"]
})
export type Level = typeof Level.Type

const text = (description: string, example: string) =>
  Schema.NonEmptyString.annotations({ description, examples: [example] })

const { answers, mean, precision, standardError } = TraitEstimate.fields

export class FacetResult extends Schema.Class<FacetResult>("FacetResult")({
  facet: Facet,
  title: text("The facet's name", "Imagination"),
  description: text("What the facet is", "To imaginative individuals, the real world is often too plain."),
  level: Schema.OptionFromNullOr(Level),
  mean,
  standardError,
  answers: FacetEstimate.fields.answers
}) {}

const facetExamples = Facet.literals.map((facet) =>
  FacetResult.make({
    facet,
    title: "Imagination",
    description: "To imaginative individuals, the real world is often too plain.",
    level: Option.some<Level>("neutral"),
    mean: 0.4,
    standardError: 0.78,
    answers: 1
  })
)

export class TraitResult extends Schema.Class<TraitResult>("TraitResult")({
  title: text("The trait's name", "Openness To Experience"),
  summary: text("What the trait is, in a sentence", "Openness to Experience describes a cognitive style."),
  description: text(
    "What the trait is, in paragraphs with an empty line between",
    "Openness to Experience describes a dimension of cognitive style."
  ),
  level: Schema.OptionFromNullOr(
    Schema.Struct({
      level: Level,
      text: text("What the level means", "Your score on Openness to Experience is high.")
    })
  ).annotations({ description: "How high it is; null without answers" }),
  mean,
  standardError,
  precision,
  reliability: Schema.Finite.pipe(
    Schema.between(0, 1, {
      description: "The share of the estimate's variance that is not error: 1 − SE²",
      examples: [0.89]
    })
  ),
  percentile: Schema.Finite.pipe(
    Schema.between(0, 100, {
      description:
        "How many of 100 people of the prior stand lower. No comparison with people who took the assessment",
      examples: [73.2]
    })
  ),
  answers,
  facets: Schema.Array(FacetResult).pipe(
    Schema.itemsCount(6, { description: "All six, in order", examples: [facetExamples] })
  )
}) {}

/** Five traits in plain words. */
export class AssessmentResults extends Schema.Class<AssessmentResults>("AssessmentResults")(
  {
    scoredThrough: Session.fields.scoredThrough,
    language: text("The language of the texts: English where there are none in the session's", "en"),
    traits: Schema.Struct({
      openness: TraitResult,
      conscientiousness: TraitResult,
      extraversion: TraitResult,
      agreeableness: TraitResult,
      neuroticism: TraitResult
    })
  },
  {
    description:
      "Where the person stands, under the prior N(0, 1) and with parameters that are not calibrated; in plain words"
  }
) {}
