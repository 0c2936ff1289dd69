import { type Evidence, type ItemId, type Trait, traits } from "@workspace/domain"
import { Array, Option, Order } from "effect"
import { expectedInformation } from "./graded-response-model.ts"
import { type Item, items } from "./item-bank.ts"
import { itemParameters } from "./item-parameters.ts"
import { score } from "./scorer.ts"

export interface StoppingRule {
  /** The precision at which a trait is known well enough. */
  readonly targetPrecision: number
  /** How many items are asked at most, answered or not. */
  readonly maxItems: number
}

export const defaultStoppingRule: StoppingRule = { targetPrecision: 0.9, maxItems: 120 }

interface Need {
  readonly trait: Trait
  readonly precision: number
  /** How many of its items are asked or answered. */
  readonly settled: number
}

const byNeed = Order.combine(
  Order.mapInput(Order.number, (_: Need) => _.precision),
  Order.mapInput(Order.number, (_: Need) => _.settled)
)

interface Candidate {
  readonly item: Item
  /** How many items of its facet are asked or answered. */
  readonly ofItsFacet: number
  readonly information: number
}

const byWorth = Order.combine(
  Order.mapInput(Order.number, (_: Candidate) => _.ofItsFacet),
  Order.mapInput(Order.reverse(Order.number), (_: Candidate) => _.information)
)

const informationOf = ({ id }: Item, theta: number): number =>
  Option.match(Option.fromNullable(itemParameters.get(id)), {
    onNone: () => 0,
    onSome: (parameters) => expectedInformation(parameters, theta)
  })

/**
 * The item to ask next: of the traits below the target, the one with the lowest precision (then the one that was asked
 * least, then the first); of its items that were neither asked nor answered, one of the facet that was asked least, and
 * of those the one that is expected to tell most about a person at the present estimate (then the first of the
 * questionnaire).
 *
 * None when every trait has reached the target, when as many items as allowed were asked, or when the traits below
 * the target have no items left. The same evidence and the same items asked give the same item.
 */
export const nextItem = (
  evidence: ReadonlyArray<Evidence>,
  asked: Iterable<ItemId>,
  { maxItems, targetPrecision }: StoppingRule = defaultStoppingRule
): Option.Option<Item> => {
  const settledIds = new Set([...asked, ...evidence.map(({ itemId }) => itemId)])
  const [open, settled] = Array.partition(items, ({ id }) => settledIds.has(id))
  if (settled.length >= maxItems) return Option.none()
  const estimates = score(evidence)
  const needs = traits
    .map((trait) => ({
      trait,
      precision: estimates[trait].precision,
      settled: settled.filter((_) => _.trait === trait).length
    }))
    .filter((need) => need.precision < targetPrecision && open.some((item) => item.trait === need.trait))
  // Sorting is stable, so what is equal stays in the order of the traits and of the questionnaire.
  return Option.flatMap(Array.head(Array.sort(needs, byNeed)), ({ trait }) => {
    const candidates = open
      .filter((item) => item.trait === trait)
      .map((item) => ({
        item,
        ofItsFacet: settled.filter((_) => _.trait === trait && _.facet === item.facet).length,
        information: informationOf(item, estimates[trait].mean)
      }))
    return Option.map(Array.head(Array.sort(candidates, byWorth)), (_) => _.item)
  })
}
