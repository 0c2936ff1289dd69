import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { asList, newCaller } from "../../test-utils/session-caller.ts"
import type { SuiteIt } from "../../test-utils/stores.ts"

/** The end of a session. */
export const describeRemove = (it: SuiteIt) => {
  it.effect("is final, for all that belongs to it and all that comes late", () =>
    Effect.gen(function* () {
      const caller = yield* newCaller
      const [gone, kept] = [yield* caller.create({ title: "gone" }), yield* caller.create({ title: "kept" })]
      const message = { id: "m-1", role: "user", content: "remember me" }
      for (const { id } of [gone, kept]) yield* caller.post(`/${id}/messages`, message)

      const { headers, status, text } = yield* caller.remove(`/${gone.id}`)
      assert.deepStrictEqual([status, text, headers["content-type"]], [204, "", undefined])

      const path = `/${gone.id}`
      for (const reply of [
        caller.get(path),
        caller.get(path, { "if-none-match": '"v2-1"' }),
        caller.get(`${path}/messages`),
        caller.put(path, { title: "back" }),
        caller.put(path, { title: "back" }, { "if-match": "*" }),
        caller.put(path, { title: "back" }, { "if-match": '"v2-1"' }),
        caller.post(`${path}/messages`, message),
        caller.post(`${path}/messages`, { ...message, id: "late", expectedSequence: 1 }),
        caller.post(`${path}/claim`, { claimToken: "x".repeat(43) }),
        caller.remove(path)
      ]) {
        const { body, status } = yield* reply
        assert.strictEqual(status, 404)
        assert.deepInclude(body, { _tag: "SessionNotFoundError", code: "NOT_FOUND", sessionId: gone.id })
      }
      for (const query of ["", "?q=remember"]) {
        const { count, sessions } = yield* Effect.flatMap(caller.get(query), asList)
        assert.deepStrictEqual([count, sessions.map(({ id }) => id)], [1, [kept.id]])
      }
    })
  )

  it.effect("lets one of many who do it at once do it", () =>
    Effect.gen(function* () {
      const caller = yield* newCaller
      const { id } = yield* caller.create()
      const replies = yield* Effect.replicateEffect(caller.remove(`/${id}`), 8, { concurrency: 8 })
      assert.deepStrictEqual(replies.map(({ status }) => status).sort(), [204, ...Array(7).fill(404)])
    })
  )

  it.effect("while others write leaves nothing of it", () =>
    Effect.gen(function* () {
      const caller = yield* newCaller
      const { id } = yield* caller.create()
      const write = caller.post(`/${id}/messages`, { role: "user", content: "late" })
      const [replies] = yield* Effect.all(
        [Effect.replicateEffect(write, 20, { concurrency: 4 }), caller.remove(`/${id}`)],
        { concurrency: 2 }
      )
      for (const { status } of replies) assert.include([201, 404], status)
      assert.strictEqual((yield* write).status, 404)
      assert.propertyVal((yield* caller.get("?q=late")).body, "count", 0)
    })
  )
}
