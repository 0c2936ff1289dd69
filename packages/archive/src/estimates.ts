import { byTrait, Estimate, FacetEstimate, TraitEstimate, TraitEstimates } from "@workspace/domain"
import type { WireEstimate } from "./wire.ts"

export const estimateToWire = ({ throughSequence, traits }: Estimate): WireEstimate => ({
  through_sequence: throughSequence,
  traits: byTrait((trait) => {
    const { answers, facets, mean, precision, standardError } = traits[trait]
    return {
      mean,
      standard_error: standardError,
      answers,
      precision,
      facets: facets.map((facet) => ({
        facet: facet.facet,
        mean: facet.mean,
        standard_error: facet.standardError,
        answers: facet.answers
      }))
    }
  })
})

export const estimateFromWire = ({ through_sequence, traits }: WireEstimate): Estimate =>
  new Estimate({
    throughSequence: through_sequence,
    traits: new TraitEstimates(
      byTrait((trait) => {
        const { facets, standard_error, ...rest } = traits[trait]
        return new TraitEstimate({
          ...rest,
          standardError: standard_error,
          facets: facets.map(
            ({ answers, facet, mean, standard_error }) =>
              new FacetEstimate({ facet, mean, standardError: standard_error, answers })
          )
        })
      })
    )
  })
