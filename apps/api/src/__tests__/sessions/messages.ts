import { assert } from "@effect/vitest"
import { Array, Effect } from "effect"
import { asMessages, newCaller, refusedFields } from "../../test-utils/session-caller.ts"
import type { SuiteIt } from "../../test-utils/stores.ts"

const setUp = Effect.fnUntraced(function* (count: number) {
  const caller = yield* newCaller
  const { id } = yield* caller.create()
  const messages = yield* Effect.forEach(Array.range(1, count), (n) => caller.append(id, `message ${n}`))
  return { messages, page: (query: string) => caller.get(`/${id}/messages?${query}`) }
})

/** A history in pages. */
export const describeMessages = (it: SuiteIt) => {
  it.effect("has the messages between two sequences, from either end", () =>
    Effect.gen(function* () {
      const { messages, page } = yield* setUp(7)
      for (const [query, expected] of [
        ["", [1, 2, 3, 4, 5, 6, 7]],
        ["limit=3", [1, 2, 3]],
        ["limit=200", [1, 2, 3, 4, 5, 6, 7]],
        ["after=0&limit=1", [1]],
        ["after=3&limit=2", [4, 5]],
        ["after=7", []],
        ["after=2147483647", []],
        ["before=2147483647&limit=2", [6, 7]],
        ["before=4&limit=2", [2, 3]],
        ["before=1", []],
        ["after=2&before=6", [3, 4, 5]],
        ["after=2&before=6&limit=2", [4, 5]],
        ["after=6&before=2", []]
      ] as const) {
        assert.deepStrictEqual(
          (yield* page(query)).body,
          {
            messages: messages.filter(({ sequence }) => expected.some((n) => n === sequence)),
            messageCount: 7
          },
          query
        )
      }
    })
  )

  it.effect("leads through the whole history, in both directions, 50 by default", () =>
    Effect.gen(function* () {
      const { messages, page } = yield* setUp(60)
      const [forth, back] = [[...messages.slice(0, 0)], [...messages.slice(0, 0)]]
      for (let after = 0; after < 60; after = forth.length) {
        const { messages: next } = yield* Effect.flatMap(page(`after=${after}&limit=25`), asMessages)
        forth.push(...next)
      }
      for (let before = 61; before > 1; before = 61 - back.length) {
        const { messages: next } = yield* Effect.flatMap(page(`before=${before}&limit=25`), asMessages)
        back.unshift(...next)
      }
      assert.deepStrictEqual(forth, messages)
      assert.deepStrictEqual(back, messages)
      assert.deepStrictEqual((yield* page("")).body, { messages: messages.slice(0, 50), messageCount: 60 })
    })
  )

  it.effect("is refused for numbers that no sequence has", () =>
    Effect.gen(function* () {
      const { page } = yield* setUp(1)
      for (const [fields, query] of [
        ["after", "after=-1"],
        ["after", "after=2147483648"],
        ["after", "after=1e3"],
        ["after", "after="],
        ["before", "before=0"],
        ["before", "before=2147483648"],
        ["before", "before=1&before=2"],
        ["limit", "limit=0"],
        ["limit", "limit=201"],
        ["after,before,limit", "after=x&before=x&limit=x"]
      ] as const) {
        assert.strictEqual((yield* refusedFields(yield* page(query))).join(), fields, query)
      }
    })
  )
}
