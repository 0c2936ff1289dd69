import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, FastCheck, Option, Schema } from "effect"
import { MessageContent, titleFrom } from "../types/message.ts"
import { Title } from "../types/session.ts"

describe("titleFrom", () => {
  it.each([
    ["Hello", "Hello"],
    ["  Hello \n\t there ", "Hello there"],
    ["x".repeat(80), "x".repeat(80)],
    ["x".repeat(81), `${"x".repeat(80)}…`],
    [`${"word ".repeat(15)}and-a-long-one`, `${"word ".repeat(15).trim()}…`],
    ["😀".repeat(90), `${"😀".repeat(80)}…`],
    [`x${"😀".repeat(200)}`, `x${"😀".repeat(79)}…`],
    [`${" ".repeat(300)}Hello`, "Hello"],
    [`a${" ".repeat(300)}b`, "a b"],
    [`${"a ".repeat(80)}${" ".repeat(300)}b`, `${"a ".repeat(40).trim()}…`]
  ])("of %j", (content, expected) => {
    assert.deepStrictEqual(titleFrom(MessageContent.make(content)), Option.some(Title.make(expected)))
  })

  it("is none of a message without words", () => {
    assert.deepStrictEqual(titleFrom(MessageContent.make(" \n\t\u00a0")), Option.none())
  })

  it("is a title whatever the message is", () => {
    const isTitle = Schema.is(Title)
    FastCheck.assert(
      FastCheck.property(Arbitrary.make(MessageContent), (content) => {
        assert.isTrue(
          Option.match(titleFrom(content), { onNone: () => content.trim() === "", onSome: isTitle })
        )
      })
    )
  })
})
