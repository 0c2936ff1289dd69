import { assert } from "@effect/vitest"
import { Array, Effect, FastCheck } from "effect"
import { asList, newCaller } from "../../test-utils/session-caller.ts"
import type { SuiteIt } from "../../test-utils/stores.ts"

const setUp = Effect.gen(function* () {
  const caller = yield* newCaller
  const voyage = yield* caller.create({ title: "Planning the Ocean voyage" })
  yield* caller.append(voyage.id, "What about sharks? 😀 100%")
  const talk = yield* caller.create()
  yield* caller.append(talk.id, "The ocean is deep & wide")
  yield* caller.append(talk.id, "secret of somebody", { role: "assistant" })
  const search = (q: string) => Effect.flatMap(caller.get(`?limit=200&q=${encodeURIComponent(q)}`), asList)
  return { search, voyage: voyage.id, talk: talk.id }
})

/** Search: words of titles and messages, whatever else is typed. */
export const describeSearch = (it: SuiteIt) => {
  it.effect("finds the words of titles and of messages, whoever wrote them", () =>
    Effect.gen(function* () {
      yield* setUp
      const { search, talk, voyage } = yield* setUp
      for (const [q, expected] of [
        ["ocean", [talk, voyage]],
        ["OCEAN voyage", [voyage]],
        ["sharks", [voyage]],
        ["secret", [talk]],
        ["whales", []],
        // Signs are blanks, and operators of the store are words or signs.
        ["deep & wide", [talk]],
        ["deep | sharks", []],
        ["!ocean", [talk, voyage]],
        ["ocean:*", [talk, voyage]],
        ["oce:*", []],
        ["(ocean", [talk, voyage]],
        ["ocean <-> is", [talk]],
        ["100%", [voyage]],
        ["%", []],
        ["  ", []]
      ] as const) {
        const { count, nextCursor, sessions } = yield* search(q)
        assert.sameMembers(
          sessions.map(({ id }) => id),
          [...expected],
          q
        )
        assert.deepStrictEqual([count, nextCursor], [expected.length, null], q)
      }
    })
  )

  it.effect("takes whatever words there are", () =>
    Effect.gen(function* () {
      const { search } = yield* setUp
      const piece = FastCheck.oneof(
        FastCheck.constantFrom(
          "'",
          '"',
          "\\",
          "&",
          "|",
          "!",
          "<->",
          ":*",
          "(",
          ")",
          "-",
          " or ",
          "%",
          "_",
          "--",
          ";"
        ),
        FastCheck.constantFrom("ocean", "😀", "👩‍👩‍👧", "\u202e", "\ufeff", "א", "\u0301", "\t"),
        FastCheck.string({ unit: "binary", minLength: 1, maxLength: 4 }).map((text) =>
          text.replaceAll("\0", " ")
        )
      )
      const words = FastCheck.array(piece, { minLength: 1, maxLength: 12 }).map((pieces) => pieces.join(""))
      for (const q of Array.dedupe(FastCheck.sample(words, 100))) {
        const { count, sessions } = yield* search(q)
        assert.strictEqual(sessions.length, count, q)
      }
      assert.strictEqual((yield* search("x".repeat(256))).count, 0)
    })
  )
}
