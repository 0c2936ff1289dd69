import { assert } from "@effect/vitest"
import { Array, DateTime, Effect, Option } from "effect"
import { SessionRepository } from "../../ports/session-repository.ts"
import { AgentName } from "../../types/session.ts"
import type { SessionQuery } from "../../types/session-list.ts"
import { asAnonymous, asNobody } from "../callers.ts"
import { listOf } from "../listed.ts"
import { createSession, message, newUser, now, type SuiteIt } from "./fixtures.ts"

const after = (seconds: number) => DateTime.add(now, { seconds })

/** Five sessions of a new user, the first one the oldest. */
const createFive = Effect.gen(function* () {
  const caller = newUser()
  const userId = Option.some(caller.userId)
  const sessions = yield* Effect.forEach(
    [
      { status: "active" },
      { status: "paused", agent: AgentName.make("other") },
      { status: "paused" },
      { status: "completed" },
      { status: "aborted" }
    ] as const,
    (fields, n) => createSession({ userId, createdAt: after(n), updatedAt: after(10 + n), ...fields })
  )
  return { caller, sessions }
})

/** Lists of sessions: whose, in which order, which part. */
export const describeLists = (it: SuiteIt) => {
  it.effect("has the caller's own sessions, last changed first", () =>
    Effect.gen(function* () {
      const repository = yield* SessionRepository
      const { caller, sessions } = yield* createFive
      yield* createFive
      yield* createSession()
      const list = yield* listOf(caller, { limit: 200 })
      assert.deepStrictEqual(list.sessions, Array.reverse(sessions))
      assert.strictEqual(list.count, 5)
      assert.isNull(list.nextCursor)
      const [first, ...others] = sessions
      yield* repository.append(caller, message(first.id, "m1"), { now: after(60) })
      const moved = yield* listOf(caller, { limit: 200 })
      assert.deepStrictEqual(
        moved.sessions.map(({ id }) => id),
        [first, ...Array.reverse(others)].map(({ id }) => id)
      )
    })
  )

  it.effect("is narrowed to the forks of a session, its own and no others', also when that is gone", () =>
    Effect.gen(function* () {
      const repository = yield* SessionRepository
      const { caller, sessions } = yield* createFive
      const [parent] = sessions
      const fork = (userId = Option.some(caller.userId)) =>
        createSession({ userId, parentId: Option.some(parent.id), forkedAt: Option.some(0) })
      const own = yield* Effect.replicateEffect(fork(), 3)
      const foreign = yield* fork(Option.some(newUser().userId))
      const expected = Array.reverse(own.map(({ id }) => id))
      yield* repository.remove(caller, parent.id)
      const first = yield* listOf(caller, { limit: 2, parentId: parent.id })
      assert(first.nextCursor !== null)
      const rest = yield* listOf(caller, { limit: 2, parentId: parent.id, cursor: first.nextCursor })
      assert.deepStrictEqual([first.count, rest.count, rest.nextCursor], [3, 3, null])
      assert.sameMembers(
        [...first.sessions, ...rest.sessions].map(({ id }) => id),
        expected
      )
      const all = yield* listOf(asNobody, { limit: 10, parentId: parent.id })
      assert.sameMembers(
        all.sessions.map(({ id }) => id),
        [...expected, foreign.id]
      )
      const [one] = own
      assert(one !== undefined)
      yield* repository.append(caller, message(one.id, "m1"), { now })
      for (const asking of [caller, asNobody]) {
        const found = yield* listOf(asking, { limit: 10, parentId: parent.id, q: "text" })
        assert.deepStrictEqual(
          found.sessions.map(({ id }) => id),
          [one.id]
        )
      }
      const none = yield* listOf(caller, { limit: 10, parentId: one.id })
      assert.deepStrictEqual([none.sessions, none.count], [[], 0])
    })
  )

  it.effect("is empty for a user without sessions and for the anonymous, and has all for the trusted", () =>
    Effect.gen(function* () {
      const { sessions } = yield* createFive
      const nobodys = yield* createSession({ updatedAt: after(3_600) })
      for (const caller of [newUser(), asAnonymous]) {
        const { count, nextCursor, sessions: none } = yield* listOf(caller, { limit: 10 })
        assert.deepStrictEqual([none, count, nextCursor], [[], 0, null])
      }
      const all = yield* listOf(asNobody, { limit: 1 })
      assert.deepStrictEqual(all.sessions, [nobodys])
      assert.isAtLeast(all.count, sessions.length + 1)
      const next = yield* listOf(asNobody, { limit: 200, cursor: nobodys })
      assert.notInclude(
        next.sessions.map(({ id }) => id),
        nobodys.id
      )
      assert.strictEqual(next.count, all.count)
    })
  )

  it.effect.each<[Partial<SessionQuery>, ReadonlyArray<number>]>([
    [{ status: "paused" }, [2, 1]],
    [{ agent: AgentName.make("other") }, [1]],
    [{ agent: AgentName.make("other"), status: "active" }, []],
    [{ createdAfter: after(3) }, [4, 3]],
    [{ createdBefore: after(1) }, [1, 0]],
    [{ createdAfter: after(1), createdBefore: after(1) }, [1]],
    [{ updatedAfter: after(13) }, [4, 3]],
    [{ updatedBefore: DateTime.subtract(after(12), { millis: 1 }) }, [1, 0]],
    [{ updatedAfter: after(11), updatedBefore: after(13), status: "paused" }, [2, 1]],
    [{ updatedAfter: after(13), updatedBefore: after(11) }, []]
  ])("is narrowed: %j", ([filter, expected]) =>
    Effect.gen(function* () {
      const { caller, sessions } = yield* createFive
      const list = yield* listOf(caller, { limit: 200, ...filter })
      assert.deepStrictEqual(
        list.sessions,
        expected.flatMap((n) => Array.fromNullable(sessions[n]))
      )
      assert.strictEqual(list.count, expected.length)
      const [first, ...others] = list.sessions
      const part = yield* listOf(caller, { limit: 1, ...filter })
      assert.deepStrictEqual(part.sessions, Array.fromNullable(first))
      assert.strictEqual(part.count, expected.length)
      assert.strictEqual(part.nextCursor === null, others.length === 0)
    })
  )

  it.effect("comes in pages, by cursor and by offset", () =>
    Effect.gen(function* () {
      const { caller, sessions } = yield* createFive
      const newestFirst = Array.reverse(sessions)
      const one = yield* listOf(caller, { limit: 2 })
      assert.deepStrictEqual(one.sessions, newestFirst.slice(0, 2))
      assert(one.nextCursor !== null)
      const two = yield* listOf(caller, { limit: 2, cursor: one.nextCursor })
      assert.deepStrictEqual(two.sessions, newestFirst.slice(2, 4))
      assert(two.nextCursor !== null)
      const three = yield* listOf(caller, { limit: 2, cursor: two.nextCursor })
      assert.deepStrictEqual(three.sessions, newestFirst.slice(4))
      assert.isNull(three.nextCursor)
      const byOffset = yield* listOf(caller, { limit: 2, offset: 2 })
      assert.deepStrictEqual(byOffset.sessions, two.sessions)
      assert.deepStrictEqual(byOffset.nextCursor?.id, two.nextCursor.id)
      const beyond = yield* listOf(caller, { limit: 2, offset: 5 })
      assert.deepStrictEqual([beyond.sessions, beyond.nextCursor], [[], null])
      assert.deepStrictEqual(
        [one, two, three, byOffset, beyond].map(({ count }) => count),
        [5, 5, 5, 5, 5]
      )
    })
  )
}
