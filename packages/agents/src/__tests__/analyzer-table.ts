import { assert, describe, it } from "@effect/vitest"
import { Option } from "effect"
import { readAnswer } from "../nerin/analyzer.ts"

/** The English labels of every item. */
export const labels = [
  "Very Inaccurate",
  "Moderately Inaccurate",
  "Neither Accurate Nor Inaccurate",
  "Moderately Accurate",
  "Very Accurate"
]

/** Each line is an expected choice, or "-" for none, and the answers that are read so, separated by " | ". */
export const itReads = (statement: string, table: string) => {
  describe(`about "${statement}"`, () => {
    for (const line of table.trim().split("\n")) {
      const [, expected = "", answers = ""] = /^\s*([1-5-]): (.*)$/.exec(line) ?? []
      for (const answer of answers.split(" | ")) {
        it(`reads ${expected} from ${JSON.stringify(answer)}`, () => {
          const reading = readAnswer(answer, { statement, labels, language: "en" })
          const choice = Option.match(reading, { onNone: () => "-", onSome: ({ choice }) => `${choice}` })
          assert.strictEqual(choice, expected)
        })
      }
    }
  })
}
