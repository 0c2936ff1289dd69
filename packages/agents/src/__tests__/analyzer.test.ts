import { assert, describe, it } from "@effect/vitest"
import { FastCheck, Option } from "effect"
import { readAnswer } from "../nerin/analyzer.ts"
import { labels } from "./analyzer-table.ts"

const english = {
  statement: "Worry about things",
  labels: [...labels],
  language: "en"
}

const read = (text: string, question = english) => Option.getOrNull(readAnswer(text, question))

const cues = [
  "very accurate",
  "4",
  "not always",
  "I hardly ever worry",
  "never mind",
  "yes, but only sometimes",
  "not me at all",
  "no",
  "4 or 5",
  "not"
]

const cueText = FastCheck.array(
  FastCheck.oneof(
    FastCheck.constantFrom(
      ...cues,
      "but",
      "when",
      ",",
      ".",
      "?",
      "worry",
      "really",
      "always",
      "5",
      "disagree"
    ),
    FastCheck.string({ unit: "binary", maxLength: 12 })
  ),
  { maxLength: 8 }
).map((parts) => parts.join(" "))

describe("readAnswer", () => {
  it("is surest of a digit or a label, and less of anything that leaves more open", () => {
    const confidences = {
      "4": 1,
      "very accurate": 1,
      "I'd say 4": 1,
      "It's moderately accurate.": 1,
      "maybe 4": 0.8,
      "not really": 0.8,
      always: 0.8,
      "I hardly ever worry": 0.8,
      "spot on": 0.8,
      "I completely agree": 0.8,
      yes: 0.6,
      no: 0.6,
      "I worry about things": 0.6,
      "yes, but only sometimes": 0.6,
      "My friends tell me to relax more. Always.": 0.6,
      "maybe sometimes": 0.6,
      "My friends tell me to relax more. I'd say 4.": 0.8,
      "4 or 5": 0.4,
      "I don't disagree": 0.4,
      "yes and no": 0.4
    }
    for (const [text, confidence] of Object.entries(confidences)) {
      assert.strictEqual(read(text)?.confidence, confidence, text)
    }
  })

  it("gives a choice from 1 to 5 and a confidence above 0, or nothing, for any text", () => {
    FastCheck.assert(
      FastCheck.property(cueText, FastCheck.string({ unit: "binary" }), (text, statement) => {
        for (const language of ["en", "de"]) {
          const reading = read(text, { ...english, statement, language })
          if (reading === null) continue
          assert.include([1, 2, 3, 4, 5], reading.choice)
          assert.isTrue(reading.confidence > 0 && reading.confidence <= 1)
        }
      }),
      { numRuns: 1000 }
    )
  })

  it("takes no notice of case, space around, or a full stop at the end", () => {
    FastCheck.assert(
      FastCheck.property(
        FastCheck.constantFrom(...cues),
        FastCheck.constantFrom("", ".", "!", " \n"),
        (cue, end) => {
          const expected = read(cue)
          assert.deepStrictEqual(read(`  ${cue.toUpperCase()}${end}`), expected)
          assert.deepStrictEqual(read(`${cue.replaceAll(" ", " \t ")}${end}`), expected)
        }
      )
    )
  })

  it("reads a plain denial as the other side of the affirmation", () => {
    for (const word of ["accurate", "true", "agree", "like me"]) {
      assert.strictEqual(read(word)?.choice, 4)
      assert.strictEqual(read(`not ${word}`)?.choice, 2)
      assert.strictEqual(read(`not ${word} at all`)?.choice, 1)
      assert.strictEqual(read(`not not ${word}`)?.choice, 4)
    }
  })

  it("takes little time, in proportion to the length, also for hostile text", () => {
    const cpuTimeOf = (text: string) => {
      const start = process.cpuUsage()
      read(text)
      return process.cpuUsage(start).user / 1_000
    }
    const pieces = [
      "not ",
      "4 or ",
      "4 ",
      "4",
      "1 2 3 4 5 ",
      "very, ",
      "somewhatt ",
      "worry a ",
      "moderaxxly ",
      "\u0301\u0316",
      "\ufdfa",
      "4-",
      "a"
    ]
    for (const piece of pieces) {
      const text = piece.repeat(Math.floor(2_000 / piece.length))
      assert.isBelow(cpuTimeOf(text), 1_000, JSON.stringify(piece))
      assert.isBelow(cpuTimeOf(piece.repeat(65_536)), 1_000, JSON.stringify(piece))
    }
  }, 60_000)

  it("takes a text of nothing but many digits for no answer", () => {
    for (const piece of ["4 ", "4", "1 2 3 4 5 "]) {
      assert.isNull(read(piece.repeat(Math.floor(2_000 / piece.length))), piece)
    }
  })

  it("takes a text of more than 2,000 characters for no answer", () => {
    assert.strictEqual(read(`4${" ".repeat(1_999)}`)?.choice, 4)
    assert.isNull(read(`4${" ".repeat(2_000)}`))
  })

  it("does not read as much into words that are hidden in others", () => {
    const story = "Last week I could not sleep because of an exam."
    assert.strictEqual(read(`Always. ${story}`)?.choice, 5)
    assert.strictEqual(read(`${story} Always.`)?.choice, 5)
    assert.isNull(read(`${story} Always. ${story}`))
    assert.isNull(read(`Yes. ${story}`))
    assert.strictEqual(read(`${story} I worry all the time. ${story}`)?.choice, 5)
  })
})
