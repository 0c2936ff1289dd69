import {
  type AssessmentResults,
  byTrait,
  FacetResult,
  type Level,
  type TraitEstimate,
  type TraitEstimates,
  TraitResult
} from "@workspace/domain"
import { Array, Number, Option } from "effect"
import { english } from "./languages.ts"
import { percentileUnderPrior } from "./percentile.ts"
import { textLanguageFor, textsIn } from "./result-texts.ts"

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

/**
 * A number as it is shown, without digits that mean nothing: an estimate is within 1e-4 of the integral, and a percentile
 * follows from it.
 */
const shown = (value: number, decimals = 4): number =>
  // Zero has no sign.
  Number.round(value, decimals) + 0

// The values come from estimates and texts that are checked.
const unchecked = { disableValidation: true }

/** Estimates in plain words, in the language that the tag asks for, else in English; `language` says which it is. */
export const resultsOf = (
  estimates: TraitEstimates,
  tag: string
): Pick<AssessmentResults, "language" | "traits"> => {
  const language = Option.getOrElse(textLanguageFor(tag), () => english)
  const texts = textsIn(language)
  const traits = byTrait((trait) => {
    const { description, facets, results, shortDescription, title } = texts[trait]
    const estimate = estimates[trait]
    const { answers, mean, precision, reliability, standardError } = estimate
    return new TraitResult(
      {
        title,
        summary: shortDescription,
        description,
        level: Option.map(levelOf(estimate), (level) => ({ level, text: results[level] })),
        mean: shown(mean),
        standardError: shown(standardError),
        precision: shown(precision),
        reliability: shown(reliability),
        percentile: shown(percentileUnderPrior(mean), 2),
        answers,
        facets: Array.filterMap(facets, ({ facet, text, title }) =>
          Option.map(
            Array.findFirst(estimate.facets, (_) => _.facet === facet),
            (found) =>
              new FacetResult(
                {
                  ...found,
                  mean: shown(found.mean),
                  standardError: shown(found.standardError),
                  title,
                  description: text,
                  level: levelOf(found)
                },
                unchecked
              )
          )
        )
      },
      unchecked
    )
  })
  return { language: language.id, traits }
}
