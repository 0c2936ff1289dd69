import type { ItemId } from "@workspace/domain"
import type { ItemParameters } from "./graded-response-model.ts"
import { type Item, items } from "./item-bank.ts"

/**
 * Uncalibrated. No parameters estimated from answers are published for all 120 items, so these are shared defaults:
 * every facet has the same four. That the first item of a facet, which says most plainly what the facet is about,
 * tells most is a judgement, not a measurement. With them, 24 items reach a reliability of 0.92.
 */
const discriminationByPlaceInFacet = [1.5, 1.35, 1.15, 1]

/**
 * The same for all items, and symmetric: of a standard normal population about 15 % score at each end and 28 % in the
 * middle.
 */
const thresholds: ItemParameters["thresholds"] = [-1.8, -0.6, 0.6, 1.8]

const placeInFacet = (item: Item) =>
  items.filter((other) => other.trait === item.trait && other.facet === item.facet && other.num < item.num)
    .length

/** The parameters of every item, by its id. */
export const itemParameters: ReadonlyMap<ItemId, ItemParameters> = new Map(
  items.flatMap((item) => {
    const discrimination = discriminationByPlaceInFacet[placeInFacet(item)]
    return discrimination === undefined ? [] : [[item.id, { discrimination, thresholds }]]
  })
)
