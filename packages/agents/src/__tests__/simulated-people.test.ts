import { assert, describe, it } from "@effect/vitest"
import { type Evidence, type Trait, traits } from "@workspace/domain"
import { Array, Option } from "effect"
import { type Item, items } from "../nerin/item-bank.ts"
import { nextItem } from "../nerin/item-selection.ts"
import { score } from "../nerin/scorer.ts"
import { type SimulatedPerson, simulatedPeople } from "./simulation.ts"

const people = simulatedPeople(300, 4)

const mean = (values: ReadonlyArray<number>) => values.reduce((sum, _) => sum + _, 0) / values.length

/** The answers of everybody after 4 and after 8 items a trait. */
const interviews = people.map((person) => {
  const evidence: Array<Evidence> = []
  while (evidence.length < 40) {
    const next = nextItem(evidence, [], { targetPrecision: 1, maxItems: 120 })
    evidence.push(...Option.toArray(Option.map(next, person.answer)))
  }
  return { person, after4: evidence.slice(0, 20), after8: evidence }
})

/** An order that knows nothing of the person nor of the parameters: that of the ids, which are random. */
const randomOrder = Array.sortWith(
  items,
  (_: Item) => _.id,
  (a, b) => (a < b ? -1 : a > b ? 1 : 0)
)

/** The answers of a person to so many items of each trait, the same for all. */
const inOrder = (order: ReadonlyArray<Item>, count: number) => (person: SimulatedPerson) =>
  traits.flatMap((trait) =>
    order
      .filter((_) => _.trait === trait)
      .slice(0, count)
      .map(person.answer)
  )

const meanPrecision = (sheets: ReadonlyArray<ReadonlyArray<Evidence>>) =>
  mean(sheets.flatMap((sheet) => Object.values(score(sheet).precision)))

const errors = (trait: Trait) =>
  interviews.map(({ after8, person }) => {
    const estimate = score(after8)[trait]
    return { error: person[trait] - estimate.mean, reported: estimate.standardError }
  })

describe("300 simulated people", () => {
  it("are recovered after 8 items a trait as closely as the standard errors say", () => {
    const all = traits.flatMap(errors)
    for (const some of [all, ...traits.map(errors)]) {
      const rmse = Math.sqrt(mean(some.map((_) => _.error ** 2)))
      assert.closeTo(rmse, mean(some.map((_) => _.reported)), 0.05)
    }
    assert.closeTo(mean(all.map((_) => _.error)), 0, 0.05)
    // Two thirds and nineteen in twenty, as for a normal error.
    const within = (widths: number) =>
      mean(all.map((_) => (Math.abs(_.error) <= widths * _.reported ? 1 : 0)))
    assert.closeTo(within(1), 0.68, 0.05)
    assert.closeTo(within(1.96), 0.95, 0.03)
  })

  it("are known better after the items that were chosen for them than after others at random", () => {
    const chosen4 = meanPrecision(interviews.map((_) => _.after4))
    const chosen8 = meanPrecision(interviews.map((_) => _.after8))
    assert.isAbove(chosen4, meanPrecision(people.map(inOrder(randomOrder, 4))) + 0.01)
    assert.isAbove(chosen8, meanPrecision(people.map(inOrder(randomOrder, 8))) + 0.01)
  })

  it("are known as well after as many items of each trait in the order of the questionnaire", () => {
    const chosen4 = meanPrecision(interviews.map((_) => _.after4))
    const chosen8 = meanPrecision(interviews.map((_) => _.after8))
    assert.closeTo(chosen4, meanPrecision(people.map(inOrder(items, 4))), 0.01)
    assert.closeTo(chosen8, meanPrecision(people.map(inOrder(items, 8))), 0.01)
  })

  it("are known well enough after fewer items than the questionnaire needs, which asks all traits alike", () => {
    const some = interviews.slice(0, 100)
    const isKnown = (sheet: ReadonlyArray<Evidence>) =>
      Object.values(score(sheet).precision).every((_) => _ >= 0.8)
    const needed = (answers: ReadonlyArray<Evidence>) =>
      // Nobody is known sooner, and whoever is not known by then counts as if they were.
      Array.range(20, answers.length).find((count) => isKnown(answers.slice(0, count))) ?? answers.length
    const chosen = mean(some.map(({ after8 }) => needed(after8)))
    const questionnaire = mean(some.map(({ person }) => needed(items.slice(0, 60).map(person.answer))))
    assert.isBelow(chosen, questionnaire - 3)
  })

  it("stand in the order of their traits, but for what chance explains", () => {
    for (const trait of traits) {
      const sheet = people.map((person) => items.filter((_) => _.trait === trait).map(person.answer))
      const estimates = sheet.map((_) => score(_)[trait].mean)
      const truth = people.map((_) => _[trait])
      const [mx, my] = [mean(truth), mean(estimates)]
      const covariance = mean(truth.map((x, index) => (x - mx) * ((estimates[index] ?? Number.NaN) - my)))
      const deviation = (values: ReadonlyArray<number>, m: number) =>
        Math.sqrt(mean(values.map((_) => (_ - m) ** 2)))
      assert.isAbove(covariance / deviation(truth, mx) / deviation(estimates, my), 0.94)
    }
  })
})
