import calculateScores from "@bigfive-org/score"
import { assert, describe, it } from "@effect/vitest"
import { ItemId, traits } from "@workspace/domain"
import { items, itemsIn, knows, languages, scoreOfChoice } from "../nerin/item-bank.ts"
import { randomFrom } from "./simulation.ts"

const domainLetter = {
  openness: "O",
  conscientiousness: "C",
  extraversion: "E",
  agreeableness: "A",
  neuroticism: "N"
} as const

const structure = (bank: ReturnType<typeof itemsIn>) =>
  bank.map(({ choices, facet, id, keyed, num, trait }) => ({
    id,
    num,
    trait,
    facet,
    keyed,
    scores: choices.map((_) => _.score)
  }))

describe("item bank", () => {
  it("has 120 items in 39 languages, the same ones in all", () => {
    assert.strictEqual(languages.length, 39)
    assert.strictEqual(items.length, 120)
    assert.strictEqual(new Set(items.map((_) => _.id)).size, 120)
    for (const language of languages) {
      const bank = itemsIn(language)
      assert.deepStrictEqual(structure(bank), structure(items))
      for (const { choices, text } of bank) {
        for (const words of [text, ...choices.map((_) => _.text)]) assert.match(words, /^\S(.*\S)?$/s)
      }
    }
  })

  it("has four items for each of six facets of each trait", () => {
    for (const trait of traits) {
      for (const facet of [1, 2, 3, 4, 5, 6]) {
        assert.strictEqual(items.filter((_) => _.trait === trait && _.facet === facet).length, 4)
      }
    }
  })

  it("names the traits of the items", () => {
    const traitOf = (text: string) => items.find((_) => _.text === text)?.trait
    assert.strictEqual(traitOf("Worry about things"), "neuroticism")
    assert.strictEqual(traitOf("Make friends easily"), "extraversion")
    assert.strictEqual(traitOf("Have a vivid imagination"), "openness")
    assert.strictEqual(traitOf("Trust others"), "agreeableness")
    assert.strictEqual(traitOf("Complete tasks successfully"), "conscientiousness")
  })

  it("turns the score of a choice round where the item states the opposite of its trait", () => {
    assert.strictEqual(scoreOfChoice({ keyed: "plus" }, 5), 5)
    assert.strictEqual(scoreOfChoice({ keyed: "minus" }, 5), 1)
    for (const item of items) {
      assert.deepStrictEqual(
        item.choices.map((_, index) => scoreOfChoice(item, index + 1)),
        item.choices.map((_) => _.score)
      )
    }
  })

  it("scores 1,000 random answer sheets to the sums of @bigfive-org/score", () => {
    const random = randomFrom(1)
    for (let sheet = 0; sheet < 1000; sheet++) {
      const choices = items.map((item) => ({ item, choice: 1 + random.integer(5) }))
      const published = calculateScores({
        answers: choices.map(({ choice, item }) => ({
          domain: domainLetter[item.trait],
          facet: `${item.facet}`,
          score: item.choices[choice - 1]?.score ?? 0
        }))
      })
      for (const trait of traits) {
        const scored = choices
          .filter(({ item }) => item.trait === trait)
          .map(({ choice, item }) => ({ facet: item.facet, score: scoreOfChoice(item, choice) }))
        const sum = (of: typeof scored) => of.reduce((total, _) => total + _.score, 0)
        const expected = published[domainLetter[trait]]
        assert.strictEqual(sum(scored), expected?.score)
        for (const facet of [1, 2, 3, 4, 5, 6]) {
          assert.strictEqual(sum(scored.filter((_) => _.facet === facet)), expected?.facet[facet]?.score)
        }
      }
    }
  })
})

describe("knows", () => {
  it("the items of the bank and no other", () => {
    for (const { id } of items) assert.isTrue(knows(id))
    assert.isFalse(knows(ItemId.make("an-item-of-nobody")))
  })
})
