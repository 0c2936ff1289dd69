import { assert } from "@effect/vitest"
import { Array, DateTime, Effect, Order } from "effect"
import { asList, newCaller } from "../../test-utils/session-caller.ts"
import type { SuiteIt } from "../../test-utils/stores.ts"

type Positioned = { readonly updatedAt: string; readonly id: string }

// Two sessions of one millisecond stand in the order of their ids.
const newestFirst = Order.reverse(
  Order.mapInput(Order.string, ({ id, updatedAt }: Positioned) => `${updatedAt} ${id}`)
)

const setUp = Effect.fnUntraced(function* (count: number, fields: (n: number) => object = () => ({})) {
  const caller = yield* newCaller
  const sessions = yield* Effect.forEach(Array.range(1, count), (n) => caller.create(fields(n)), {
    concurrency: 8
  })
  const list = (query: string) => Effect.flatMap(caller.get(`?${query}`), asList)
  return { caller, list, sessions: Array.sort(sessions, newestFirst) }
})

const ids = (sessions: ReadonlyArray<Positioned>) => sessions.map(({ id }) => id)

/** Lists: whose sessions, in which order, which part. */
export const describeList = (it: SuiteIt) => {
  it.effect("gives the caller's own, newest first, 50 by default and at most 200", () =>
    Effect.gen(function* () {
      yield* setUp(1)
      const { caller, list, sessions } = yield* setUp(52)
      const { count, nextCursor, sessions: page } = yield* list("")
      assert.deepStrictEqual([page, count], [sessions.slice(0, 50), 52])
      assert.deepStrictEqual((yield* list(`cursor=${nextCursor}`)).sessions, sessions.slice(50))
      for (const [limit, given] of [
        ["1", 1],
        ["200", 52],
        ["052", 52]
      ] as const) {
        assert.deepStrictEqual((yield* list(`limit=${limit}`)).sessions, sessions.slice(0, given))
      }
      const last = sessions.at(-1)
      assert(last !== undefined)
      yield* Effect.sleep("2 millis")
      yield* caller.append(last.id, "hello")
      assert.deepStrictEqual(ids((yield* list("limit=2")).sessions), ids([last, ...sessions.slice(0, 1)]))
    })
  )

  it.effect("goes on where the page before ended, and says when there is no more", () =>
    Effect.gen(function* () {
      const { caller, list, sessions } = yield* setUp(7)
      const pages = [yield* list("limit=3")]
      for (let cursor = pages[0]?.nextCursor; cursor !== null && cursor !== undefined; ) {
        const page = yield* list(`limit=3&cursor=${cursor}`)
        pages.push(page)
        cursor = page.nextCursor
      }
      assert.deepStrictEqual(
        pages.map((page) => page.sessions.length),
        [3, 3, 1]
      )
      assert.deepStrictEqual(
        pages.flatMap((page) => page.sessions),
        sessions
      )
      assert.deepStrictEqual([...new Set(pages.map(({ count }) => count))], [7])
      assert.deepStrictEqual((yield* list("limit=3&offset=2")).sessions, sessions.slice(2, 5))
      assert.deepStrictEqual((yield* list("limit=7")).nextCursor, null)
      assert.deepStrictEqual(yield* list("offset=1000000"), { sessions: [], count: 7, nextCursor: null })
      // A cursor is a place, and no key to what others have.
      const stranger = yield* newCaller
      const { body } = yield* stranger.get(`?cursor=${pages[0]?.nextCursor}`)
      assert.deepStrictEqual(body, { sessions: [], count: 0, nextCursor: null })
      assert.strictEqual((yield* caller.get("?cursor=")).status, 400)
    })
  )

  it.effect("is narrowed by status, agent and time", () =>
    Effect.gen(function* () {
      const { caller, list, sessions } = yield* setUp(4, (n) => ({ agent: n % 2 === 0 ? "even" : "odd" }))
      const [newest, second, third, oldest] = sessions
      assert(newest !== undefined && second !== undefined && third !== undefined && oldest !== undefined)
      yield* caller.put(`/${third.id}`, { status: "paused" })
      assert.deepStrictEqual(ids((yield* list("status=paused")).sessions), [third.id])
      assert.strictEqual((yield* list("status=active")).count, 3)
      assert.sameMembers(
        ids((yield* list("agent=odd&limit=200")).sessions),
        ids(sessions.filter(({ agent }) => agent === "odd"))
      )
      assert.strictEqual((yield* list("agent=nerin")).count, 0)

      const range = (after: string, before: string) => `createdAfter=${after}&createdBefore=${before}`
      assert.strictEqual((yield* list(range(oldest.createdAt, newest.createdAt))).count, 4)
      assert.include(ids((yield* list(range(newest.createdAt, newest.createdAt))).sessions), newest.id)
      const before = DateTime.formatIso(
        DateTime.subtract(DateTime.unsafeMake(oldest.createdAt), { millis: 1 })
      )
      for (const nothing of [
        `createdBefore=${before}`,
        `updatedBefore=${before}`,
        range(newest.createdAt, before)
      ]) {
        assert.deepStrictEqual(yield* list(nothing), { sessions: [], count: 0, nextCursor: null })
      }
      assert.strictEqual((yield* list(`createdAfter=${before}&updatedAfter=${before}`)).count, 4)
      const elsewhere = encodeURIComponent(before.replace("Z", "+00:00"))
      assert.strictEqual((yield* list(`updatedAfter=${elsewhere}`)).count, 4)
    })
  )
}
