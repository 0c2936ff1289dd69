import { Schema } from "effect"

export const TraitPrecision = Schema.Number.pipe(
  Schema.between(0, 1, {
    message: () => "must be a number from 0 to 1",
    description: "0 knows nothing, 1 everything; 0.5 before the first answer",
    examples: [0.5]
  })
)

/** How certain an estimate with this standard error is. Standard error 1 is that of a trait without answers. */
export const precisionOf = (standardError: number): number => 1 / (1 + standardError ** 2)

/**
 * How certain the score of each trait is, from 0 to 1: `1 / (1 + SE²)` of the trait's estimate, so that an
 * unanswered trait (standard error 1) stands at 0.5.
 */
export class Precision extends Schema.Class<Precision>("Precision")({
  openness: TraitPrecision,
  conscientiousness: TraitPrecision,
  extraversion: TraitPrecision,
  agreeableness: TraitPrecision,
  neuroticism: TraitPrecision
}) {
  /** Before the first answer. */
  static readonly initial = new Precision({
    openness: 0.5,
    conscientiousness: 0.5,
    extraversion: 0.5,
    agreeableness: 0.5,
    neuroticism: 0.5
  })
}
