import { assert, describe, it } from "@effect/vitest"
import type { MessageRole } from "@workspace/domain"
import { Effect, FastCheck } from "effect"
import { contextOf } from "../../language-model/context.ts"
import { talk } from "./agent-of-test.ts"

const said = (bytes: number, ...messages: ReadonlyArray<readonly [MessageRole, string]>) => {
  const { instructions, talk: kept } = contextOf(talk(...messages), bytes)
  return [instructions.join("|"), kept.map(({ content, role }) => `${role[0]}:${content}`).join("|")]
}

describe("what a model is told of a conversation", () => {
  const conversation = [
    ["system", "be kind"],
    ["assistant", "hello"],
    ["user", "one"],
    ["assistant", "two"],
    ["system", "be brief"],
    ["user", "three"]
  ] as const

  it("is all of it where it fits, whoever begins", () => {
    assert.deepStrictEqual(said(1_000, ...conversation), ["be kind|be brief", "a:hello|u:one|a:two|u:three"])
    // Each message takes 16 bytes more than its text.
    assert.deepStrictEqual(said(127, ...conversation), said(1_000, ...conversation))
  })

  it("is else the newest of it, from a message of the person on", () => {
    const whole = "be kind|be brief"
    assert.deepStrictEqual(said(126, ...conversation), [whole, "u:one|a:two|u:three"])
    assert.deepStrictEqual(said(106, ...conversation), [whole, "u:one|a:two|u:three"])
    assert.deepStrictEqual(said(105, ...conversation), [whole, "u:three"])
  })

  it("is first the last message, whatever its length, then the newest instructions, then the rest", () => {
    assert.deepStrictEqual(said(68, ...conversation), ["be kind|be brief", "u:three"])
    assert.deepStrictEqual(said(67, ...conversation), ["be brief", "u:three"])
    assert.deepStrictEqual(said(0, ...conversation), ["", "u:three"])
    // Long instructions of long ago do not silence the talk.
    const long = ["system", "x".repeat(100)] as const
    assert.deepStrictEqual(said(110, long, ...conversation), ["be kind|be brief", "u:one|a:two|u:three"])
  })

  it("is measured in bytes", () => {
    assert.deepStrictEqual(said(38, ["user", "éé"], ["user", "no"]), ["", "u:éé|u:no"])
    assert.deepStrictEqual(said(37, ["user", "éé"], ["user", "no"]), ["", "u:no"])
  })

  const messages = FastCheck.array(
    FastCheck.tuple(
      FastCheck.constantFrom("user" as const, "assistant" as const, "system" as const),
      FastCheck.string({ minLength: 1, maxLength: 40 })
    ),
    { maxLength: 30 }
  )

  it.effect.prop(
    "never has more bytes than allowed but in its last message, loses nothing between, and begins with the person",
    {
      messages,
      bytes: FastCheck.integer({ min: 0, max: 1_500 }),
      last: FastCheck.string({ minLength: 1, maxLength: 40 })
    },
    ({ bytes, last, messages }) =>
      Effect.sync(() => {
        const all = [...messages, ["user", last] as const]
        const { instructions, talk: kept } = contextOf(talk(...all), bytes)
        const size = [...instructions, ...kept.map(({ content }) => content)]
          .map((content) => new TextEncoder().encode(content).length + 16)
          .reduce((sum, _) => sum + _, 0)
        assert.isTrue(size <= bytes || (kept.length === 1 && instructions.length === 0))
        const spoken = all.flatMap(([role, content]) => (role === "system" ? [] : [{ role, content }]))
        assert.deepStrictEqual(kept, spoken.slice(spoken.length - kept.length))
        assert.isTrue(kept.length === spoken.length || kept[0]?.role === "user")
      })
  )
})
