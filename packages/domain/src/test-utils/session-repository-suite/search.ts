import { assert } from "@effect/vitest"
import { Array, Effect, Option } from "effect"
import { SessionRepository } from "../../ports/session-repository.ts"
import { MessageContent } from "../../types/message.ts"
import { Title } from "../../types/session.ts"
import { listOf } from "../listed.ts"
import { createSession, message, newUser, now, type SuiteIt } from "./fixtures.ts"

const createSearched = Effect.gen(function* () {
  const repository = yield* SessionRepository
  const caller = newUser()
  const userId = Option.some(caller.userId)
  const create = Effect.fnUntraced(function* (title: string | null, texts: ReadonlyArray<string>) {
    const { id } = yield* createSession({ userId, title: Option.map(Option.fromNullable(title), Title.make) })
    yield* Effect.forEach(texts, (text, n) =>
      repository.append(caller, message(id, `m${n}`, { content: MessageContent.make(text) }), { now })
    )
    return id
  })
  const ids = [
    yield* create("Planning the Ocean voyage", ["Hello there", "What about sharks?"]),
    yield* create(null, ["The ocean is deep", "and the sky is high"]),
    yield* create("Über Straßenbahnen", ["日本 sea"]),
    yield* create(null, ["see src/ship-log_v2.ts; don't mail crew@ship.example (a+b)"])
  ]
  return { caller, ids }
})

/** Text search: words of a title, or of one message, whatever their case. */
export const describeSearch = (it: SuiteIt) => {
  it.effect.each<[string, ReadonlyArray<number>]>([
    ["ocean", [0, 1]],
    ["OCEAN", [0, 1]],
    ["ocean voyage", [0]],
    ["deep ocean", [1]],
    // Of two messages, or of title and message.
    ["deep sky", []],
    ["voyage sharks", []],
    ["oceans", []],
    ["the", [0, 1]],
    ["über", [2]],
    ["straßenbahnen", [2]],
    ["日本", [2]],
    // Words are what stands between signs.
    ["log", [3]],
    ["ship-log_v2.ts", [3]],
    ["ship/log", [3]],
    ["crew@ship.example", [3]],
    ["don't", [3]],
    ["a+b", [3]],
    ["a+c", []],
    ["?!", []],
    ["'; drop table sessions; --", []]
  ])("finds %j", ([q, expected]) =>
    Effect.gen(function* () {
      const { caller, ids } = yield* createSearched
      const { count, sessions } = yield* listOf(caller, { limit: 200, q })
      assert.sameMembers(
        sessions.map(({ id }) => id),
        expected.flatMap((n) => Array.fromNullable(ids[n]))
      )
      assert.strictEqual(count, expected.length)
    })
  )

  it.effect("finds nothing of others, goes with filters and pages, and forgets what is removed", () =>
    Effect.gen(function* () {
      const repository = yield* SessionRepository
      const { caller, ids } = yield* createSearched
      yield* createSearched
      const one = yield* listOf(caller, { limit: 1, q: "ocean" })
      assert.strictEqual(one.count, 2)
      assert(one.nextCursor !== null)
      const two = yield* listOf(caller, { limit: 1, q: "ocean", cursor: one.nextCursor })
      assert.sameMembers(
        [...one.sessions, ...two.sessions].map(({ id }) => id),
        ids.slice(0, 2)
      )
      assert.strictEqual((yield* listOf(caller, { limit: 1, q: "ocean", status: "paused" })).count, 0)
      yield* Effect.forEach(ids, (id) => repository.remove(caller, id))
      assert.strictEqual((yield* listOf(caller, { limit: 1, q: "ocean" })).count, 0)
    })
  )
}
