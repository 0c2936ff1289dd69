import type { Trait } from "@workspace/domain"
import { Schema } from "effect"

/** The letter by which the published questionnaire and texts name a trait. */
export const Domain = Schema.Literal("O", "C", "E", "A", "N")

export const traitOfDomain = {
  O: "openness",
  C: "conscientiousness",
  E: "extraversion",
  A: "agreeableness",
  N: "neuroticism"
} as const satisfies Record<typeof Domain.Type, Trait>
