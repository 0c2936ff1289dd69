import { type Evidence, type ItemId, traits } from "@workspace/domain"
import { items } from "./item-bank.ts"
import type { StoppingRule } from "./item-selection.ts"
import { score } from "./scorer.ts"

/** What is known beyond the prior, which grows by about as much with every answer: `1/SE² − 1`. */
const information = (precision: number) => precision / (1 - precision) - 1

/**
 * How far an assessment has come, from 0 to 1: of each trait the part of the information that the target asks for, or
 * of its items that were asked, whichever is more; of all the part of the items that are asked at most.
 */
export const progressOf = (
  evidence: ReadonlyArray<Evidence>,
  asked: Iterable<ItemId>,
  { maxItems, targetPrecision }: StoppingRule
): number => {
  const settled = new Set([...asked, ...evidence.map(({ itemId }) => itemId)])
  const estimates = score(evidence)
  const parts = traits.map((trait) => {
    const ofTrait = items.filter((item) => item.trait === trait)
    return Math.min(
      1,
      Math.max(
        information(estimates[trait].precision) / information(targetPrecision),
        ofTrait.filter(({ id }) => settled.has(id)).length / ofTrait.length
      )
    )
  })
  const ofTraits = parts.reduce((sum, part) => sum + part, 0) / parts.length
  return Math.min(1, Math.max(0, ofTraits, settled.size / maxItems))
}
