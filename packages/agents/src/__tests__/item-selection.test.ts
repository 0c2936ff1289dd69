import { assert, describe, it } from "@effect/vitest"
import { Evidence, type ItemId, traits } from "@workspace/domain"
import { Array, FastCheck, Option } from "effect"
import { expectedInformation } from "../nerin/graded-response-model.ts"
import { type Item, items } from "../nerin/item-bank.ts"
import { itemParameters } from "../nerin/item-parameters.ts"
import { defaultStoppingRule, nextItem, type StoppingRule } from "../nerin/item-selection.ts"
import { score } from "../nerin/scorer.ts"
import { simulatedPeople } from "./simulation.ts"

const everything: StoppingRule = { targetPrecision: 1, maxItems: 120 }

const neutral = ({ id }: Item) => new Evidence({ itemId: id, score: 3, confidence: 1 })

/** The items that are asked one after another, until none is left to ask; at most as many turns as there are items. */
const interview = (answer: (item: Item) => Option.Option<Evidence>, rule?: StoppingRule) => {
  const asked: Array<Item> = []
  const evidence: Array<Evidence> = []
  for (const _ of items) {
    const next = nextItem(
      evidence,
      asked.map((_) => _.id),
      rule
    )
    if (Option.isNone(next)) break
    asked.push(next.value)
    evidence.push(...Option.toArray(answer(next.value)))
  }
  return { asked, evidence }
}

const [person] = simulatedPeople(1, 3)
const answerOf = (item: Item) => Option.map(Option.fromNullable(person), (_) => _.answer(item))

const facetsOf = (asked: ReadonlyArray<Item>, trait: Item["trait"]) =>
  asked.filter((_) => _.trait === trait).map((_) => _.facet)

describe("nextItem", () => {
  it("begins with openness and goes through the traits in order", () => {
    const { asked } = interview((_) => Option.some(neutral(_)), { ...everything, maxItems: 5 })
    assert.deepStrictEqual(
      asked.map((_) => _.trait),
      [...traits]
    )
  })

  it("asks every item once, if it never stops earlier", () => {
    const { asked } = interview(answerOf, everything)
    assert.strictEqual(asked.length, 120)
    assert.strictEqual(new Set(asked.map((_) => _.id)).size, 120)
  })

  it("asks all facets of a trait before it asks one again", () => {
    const { asked } = interview(answerOf, everything)
    for (const trait of traits) {
      for (const round of Array.chunksOf(facetsOf(asked, trait), 6)) {
        assert.deepStrictEqual(round.toSorted(), [1, 2, 3, 4, 5, 6])
      }
    }
  })

  it("asks another facet rather than one that was asked more, though an item of that tells more", () => {
    const openness = items.filter((_) => _.trait === "openness")
    // Of facet 1 the first item is left, which tells most; of each other facet all but the first.
    const settled = openness.filter((item) => {
      const first = openness.find((_) => _.facet === item.facet)
      return item.facet === 1 ? item !== first : item === first
    })
    const others = items.filter((_) => _.trait !== "openness").map(neutral)
    const due = nextItem(
      others,
      settled.map((_) => _.id)
    )
    assert.strictEqual(Option.getOrUndefined(due)?.trait, "openness")
    assert.strictEqual(Option.getOrUndefined(due)?.facet, 2)
  })

  it("always asks the trait of the lowest precision, and of the facets due the item that tells most", () => {
    const { asked, evidence } = interview(answerOf, everything)
    asked.forEach((item, index) => {
      const before = evidence.slice(0, index)
      const estimates = score(before)
      const open = items.filter((_) => !asked.slice(0, index).includes(_))
      const lowest = Math.min(...open.map((_) => estimates[_.trait].precision))
      assert.strictEqual(estimates[item.trait].precision, lowest)
      const facets = facetsOf(asked.slice(0, index), item.trait)
      const timesAsked = (facet: number) => facets.filter((_) => _ === facet).length
      const candidates = open.filter((_) => _.trait === item.trait)
      const fewest = Math.min(...candidates.map((_) => timesAsked(_.facet)))
      assert.strictEqual(timesAsked(item.facet), fewest)
      const information = (_: Item) =>
        Option.match(Option.fromNullable(itemParameters.get(_.id)), {
          onNone: () => Number.NaN,
          onSome: (parameters) => expectedInformation(parameters, estimates[item.trait].mean)
        })
      const most = Math.max(...candidates.filter((_) => timesAsked(_.facet) === fewest).map(information))
      assert.strictEqual(information(item), most)
    })
  })

  it("asks the trait that was asked less of two that are known equally well", () => {
    const { asked } = interview(() => Option.none(), { ...everything, maxItems: 10 })
    assert.deepStrictEqual(
      asked.map((_) => _.trait),
      [...traits, ...traits]
    )
  })

  it("asks neither what was asked without an answer nor what was answered without being asked", () => {
    const subset = FastCheck.subarray(items.map((_) => _.id))
    FastCheck.assert(
      FastCheck.property(subset, subset, (asked, answered) => {
        const evidence = answered.map((itemId) => new Evidence({ itemId, score: 4, confidence: 1 }))
        const next = nextItem(evidence, asked, everything)
        const settled = new Set<ItemId>([...asked, ...answered])
        assert.strictEqual(Option.isNone(next), settled.size === 120)
        assert.isFalse(Option.exists(next, ({ id }) => settled.has(id)))
      })
    )
  })

  it("stops when every trait has reached the target, and not before", () => {
    const { asked, evidence } = interview(answerOf)
    const lowest = (_: ReadonlyArray<Evidence>) => Math.min(...Object.values(score(_).precision))
    const { maxItems, targetPrecision } = defaultStoppingRule
    assert.isBelow(asked.length, maxItems)
    assert.isAtLeast(lowest(evidence), targetPrecision)
    assert.isBelow(lowest(evidence.slice(0, -1)), targetPrecision)
    // A trait that has reached it is left alone.
    asked.forEach((item, index) => {
      assert.isBelow(score(evidence.slice(0, index))[item.trait].precision, targetPrecision)
    })
  })

  it("stops after as many items as allowed, answered or not", () => {
    assert.strictEqual(interview(answerOf, { ...everything, maxItems: 12 }).asked.length, 12)
    assert.strictEqual(interview(() => Option.none(), { ...everything, maxItems: 7 }).asked.length, 7)
    assert.strictEqual(interview(() => Option.none()).asked.length, 120)
  })

  it("stops when the traits below the target have no items left", () => {
    const { asked } = interview(({ id, trait }) =>
      Option.some(new Evidence({ itemId: id, score: 3, confidence: trait === "openness" ? 0.1 : 1 }))
    )
    assert.strictEqual(facetsOf(asked, "openness").length, 24)
    assert.isBelow(asked.length, 120)
  })
})
