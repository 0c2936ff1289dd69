import { byTrait, Evidence, type Trait } from "@workspace/domain"
import { Array, Utils } from "effect"
import { scoreProbabilities } from "../nerin/graded-response-model.ts"
import { type Item, items } from "../nerin/item-bank.ts"
import { itemParameters } from "../nerin/item-parameters.ts"

/** Seeded, so that every run draws the same people and answers. */
export const randomFrom = (seed: number) => {
  const generator = new Utils.PCGRandom(seed)
  const uniform = () => generator.number()
  return {
    uniform,
    integer: (below: number) => generator.integer(below),
    /** From N(0, 1), by Box and Muller. */
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())
  }
}

export type SimulatedPerson = Readonly<Record<Trait, number>> & {
  readonly answer: (item: Item) => Evidence
}

/** People whose traits are drawn from the prior, and who answer as the model says. */
export const simulatedPeople = (count: number, seed: number): ReadonlyArray<SimulatedPerson> => {
  const random = randomFrom(seed)
  return Array.makeBy(count, () => {
    const person = byTrait(random.normal)
    // Drawn beforehand, so that an item is answered alike whenever it is asked.
    const draws = new Map(items.map((item) => [item.id, random.uniform()]))
    const answer = (item: Item) => {
      const parameters = itemParameters.get(item.id)
      const probabilities = parameters === undefined ? [] : scoreProbabilities(parameters, person[item.trait])
      let left = draws.get(item.id) ?? 0
      const index = probabilities.findIndex((probability) => {
        left -= probability
        return left < 0
      })
      return new Evidence({ itemId: item.id, score: index + 1, confidence: 1 })
    }
    return { ...person, answer }
  })
}
