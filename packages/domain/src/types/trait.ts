import { Schema } from "effect"

/** The five traits, in the order in which they are named and in which ties between them are broken. */
export const Trait = Schema.Literal(
  "openness",
  "conscientiousness",
  "extraversion",
  "agreeableness",
  "neuroticism"
)
export type Trait = typeof Trait.Type

export const traits = Trait.literals

/** The same for each trait. */
export const byTrait = <A>(of: (trait: Trait) => A): Readonly<Record<Trait, A>> => ({
  openness: of("openness"),
  conscientiousness: of("conscientiousness"),
  extraversion: of("extraversion"),
  agreeableness: of("agreeableness"),
  neuroticism: of("neuroticism")
})

/** One of the six parts of a trait. */
export const Facet = Schema.Literal(1, 2, 3, 4, 5, 6)
export type Facet = typeof Facet.Type
