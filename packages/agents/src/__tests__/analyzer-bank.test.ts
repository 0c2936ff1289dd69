import { assert, describe, it } from "@effect/vitest"
import { Option } from "effect"
import { readAnswer } from "../nerin/analyzer.ts"
import { items, itemsIn, languages } from "../nerin/item-bank.ts"

const english = items.map(({ text, choices }) => ({
  statement: text,
  labels: choices.map((choice) => choice.text),
  language: "en"
}))

const inSmall = (statement: string) => `${statement.charAt(0).toLowerCase()}${statement.slice(1)}`

describe("readAnswer, about every item", () => {
  it("takes the statement repeated for agreement, and never for anything else", () => {
    for (const item of english) {
      for (const answer of [
        item.statement,
        `I ${inSmall(item.statement)}.`,
        `Yes, I ${inSmall(item.statement)}`
      ]) {
        const choice = Option.getOrThrow(readAnswer(answer, item)).choice
        assert.include([4, 5], choice, answer)
      }
    }
  })

  it("takes its plain denial for disagreement", () => {
    const plain = english.filter(
      ({ statement }) => !/^(?:Am|Do n|Don't|Rarely|Often|Take no|Try not)/.test(statement)
    )
    assert.isAbove(plain.length, 80)
    for (const item of plain) {
      const choiceOf = (answer: string) => Option.getOrThrow(readAnswer(answer, item)).choice
      assert.strictEqual(choiceOf(`I don't ${inSmall(item.statement)}`), 2, item.statement)
    }
  })

  it("reads digits and each label in every language of the items", () => {
    for (const language of languages) {
      const { id } = language
      const lists = new Map(
        itemsIn(language).map(({ choices }) => [JSON.stringify(choices.map(({ text }) => text)), choices])
      )
      for (const choices of lists.values()) {
        const asked = { statement: "", labels: choices.map(({ text }) => text), language: id }
        asked.labels.forEach((label, index) => {
          for (const answer of [
            label,
            `${label.toUpperCase()}!`,
            `${index + 1}`,
            `${index + 1} – ${label}`
          ]) {
            const reading = Option.getOrNull(readAnswer(answer, asked))
            assert.deepStrictEqual(reading, { choice: index + 1, confidence: 1 }, `${id}: ${answer}`)
          }
        })
      }
    }
  })
})
