import { byTrait, type Facet, type Trait, type TraitEstimate, type TraitEstimates } from "@workspace/domain"
import { Option } from "effect"
import { percentileUnderPrior } from "./percentile.ts"
import { type Level, textLanguageFor, textsIn } from "./result-texts.ts"

export interface FacetResult {
  readonly facet: Facet
  readonly title: string
  readonly description: string
  /** How high it is; none without answers. */
  readonly level: Option.Option<Level>
}

export interface TraitResult {
  readonly title: string
  readonly summary: string
  /** Paragraphs with an empty line between. */
  readonly description: string
  /** How high it is, and what that means; none without answers. */
  readonly level: Option.Option<{ readonly level: Level; readonly text: string }>
  /** How many of 100 people of the assumed population stand lower. */
  readonly percentile: number
  readonly facets: ReadonlyArray<FacetResult>
}

/**
 * Low and high begin half a standard deviation from the middle, as the authors of the IPIP-NEO suggest: of the
 * assumed population 31 % are low, 38 % neutral and 31 % high. An estimate that is less than its own standard
 * error away from the middle is neutral too: few answers do not make a person high or low.
 */
const levelOf = (
  estimate: Pick<TraitEstimate, "answers" | "mean" | "standardError">
): Option.Option<Level> => {
  const { answers, mean, standardError } = estimate
  if (answers === 0) return Option.none()
  if (Math.abs(mean) < Math.max(0.5, standardError)) return Option.some("neutral")
  return Option.some(mean < 0 ? "low" : "high")
}

/** Estimates in plain words, in the language that the tag asks for, else in English; `language` says which it is. */
export const resultsOf = (
  estimates: TraitEstimates,
  tag: string
): { readonly language: string; readonly traits: Readonly<Record<Trait, TraitResult>> } => {
  const language = textLanguageFor(tag)
  const texts = textsIn(language)
  const traits = byTrait((trait): TraitResult => {
    const { description, facets, results, shortDescription, title } = texts[trait]
    const estimate = estimates[trait]
    const levels = new Map(estimate.facets.map((facet) => [facet.facet, levelOf(facet)]))
    return {
      title,
      summary: shortDescription,
      description,
      level: Option.map(levelOf(estimate), (level) => ({ level, text: results[level] })),
      percentile: percentileUnderPrior(estimate.mean),
      facets: facets.map(({ facet, text, title }) => ({
        facet,
        title,
        description: text,
        level: levels.get(facet) ?? Option.none()
      }))
    }
  })
  return { language: language.id, traits }
}
