import { assert, layer as itWithLayer } from "@effect/vitest"
import { assertEquals } from "@effect/vitest/utils"
import { Array, DateTime, Duration, Effect, type Layer, Option } from "effect"
import { SessionNotFoundError } from "../errors/session.ts"
import { ThreadNotFoundError } from "../errors/thread.ts"
import { SessionRepository } from "../ports/session-repository.ts"
import { ThreadRepository } from "../ports/thread-repository.ts"
import { Caller } from "../types/caller.ts"
import { SessionId } from "../types/ids.ts"
import { ResourceId, Thread, ThreadId } from "../types/thread.ts"
import { asAnonymous, asNobody } from "./callers.ts"
import { createTestSession } from "./create-test-session.ts"
import { listOf } from "./listed.ts"
import { appendMany, newUser, now } from "./session-repository-suite/fixtures.ts"

let made = 0

const later = (duration: Duration.DurationInput) => DateTime.addDuration(now, duration)

/** A name that nobody has given yet. */
const newKey = (resource = `resource ${++made}`) => ({
  threadId: ThreadId.make(`thread ${++made}`),
  resourceId: ResourceId.make(resource)
})

/** A session that is not stored yet. */
const newSession = (caller: Caller, at = now) =>
  createTestSession({
    id: SessionId.make(`session_${++made}_thread`),
    userId: Caller.$is("User")(caller) ? Option.some(caller.userId) : Option.none(),
    createdAt: at,
    updatedAt: at
  })

const open = (caller: Caller, key = newKey(), at = now) =>
  Effect.flatMap(ThreadRepository, (threads) => threads.open(caller, key, newSession(caller, at)))

const sessionsOf = (caller: Caller) => Effect.map(listOf(caller, { limit: 100 }), (list) => list.sessions)

/** The promises of `ThreadRepository`, for every store that makes them. */
export const describeThreadRepository = <E>(
  name: string,
  layer: Layer.Layer<ThreadRepository | SessionRepository, E>,
  options?: { readonly timeout?: Duration.DurationInput }
) => {
  itWithLayer(layer, { ...options, excludeTestServices: true })(name, (it) => {
    it.effect("makes a session with its name, and finds it again", () =>
      Effect.gen(function* () {
        const threads = yield* ThreadRepository
        const caller = newUser()
        const key = newKey()
        const session = newSession(caller)
        const opened = yield* threads.open(caller, key, session)
        assert.deepStrictEqual(opened, {
          thread: new Thread({
            ...key,
            sessionId: session.id,
            metadata: {},
            createdAt: now,
            updatedAt: now
          }),
          session
        })
        assert.deepStrictEqual(yield* threads.get(caller, key), opened)
        const messages = yield* appendMany(session.id, 2)
        const found = yield* threads.get(caller, key)
        assert.deepStrictEqual(found.thread, opened.thread)
        assert.strictEqual(found.session.messageCount, messages.length)
      })
    )

    it.effect("counts an existing thread as used now, and never goes back", () =>
      Effect.gen(function* () {
        const caller = newUser()
        const key = newKey()
        const { session, thread } = yield* open(caller, key)
        const used = new Thread({ ...thread, updatedAt: later("1 hour") })
        assert.deepStrictEqual(yield* open(caller, key, later("1 hour")), { thread: used, session })
        assert.deepStrictEqual(yield* open(caller, key, later("1 minute")), { thread: used, session })
        assert.deepStrictEqual(yield* sessionsOf(caller), [session])
      })
    )

    it.effect.each([1, 2, 3])("gives 50 who open a thread at once one session, and makes no other: %i", () =>
      Effect.gen(function* () {
        const caller = newUser()
        const key = newKey()
        const opened = yield* Effect.replicateEffect(open(caller, key), 50, { concurrency: "unbounded" })
        const sessions = yield* sessionsOf(caller)
        assert.lengthOf(sessions, 1)
        assert.deepStrictEqual(
          opened.map(({ thread }) => thread.sessionId),
          opened.map(() => sessions[0]?.id)
        )
      })
    )

    it.effect("lets each owner and each resource have a thread of one name", () =>
      Effect.gen(function* () {
        const threads = yield* ThreadRepository
        const key = newKey()
        const other = { ...key, resourceId: ResourceId.make("another") }
        const callers = [newUser(), newUser(), asNobody]
        const names = callers.flatMap((caller) => [key, other].map((_) => [caller, _] as const))
        const opened = yield* Effect.forEach(names, ([caller, _]) => open(caller, _), {
          concurrency: "unbounded"
        })
        assert.lengthOf(new Set(opened.map(({ session }) => session.id)), names.length)
        for (const [[caller, _], expected] of Array.zip(names, opened)) {
          assert.deepStrictEqual(yield* threads.get(caller, _), expected)
          assert.deepStrictEqual(yield* threads.list(caller, _.resourceId, { limit: 2, offset: 0 }), {
            threads: [expected],
            count: 1
          })
        }
      })
    )

    it.effect("does not find a thread that is not there, or that is somebody else's", () =>
      Effect.gen(function* () {
        const threads = yield* ThreadRepository
        const key = newKey()
        const opened = yield* open(newUser(), key)
        const notFound = new ThreadNotFoundError(key)
        for (const caller of [newUser(), asNobody, asAnonymous]) {
          for (const attempt of [
            threads.get(caller, key),
            threads.setMetadata(caller, key, { a: 1 }, later("1 hour")),
            threads.remove(caller, key)
          ]) {
            assertEquals(yield* Effect.flip(attempt), notFound)
          }
          const list = yield* threads.list(caller, key.resourceId, { limit: 10, offset: 0 })
          assert.deepStrictEqual(list, { threads: [], count: 0 })
        }
        const missing = newKey()
        const owner = Caller.User({ userId: Option.getOrThrow(opened.session.userId) })
        assertEquals(yield* Effect.flip(threads.get(owner, missing)), new ThreadNotFoundError(missing))
        assert.deepStrictEqual(yield* threads.get(owner, key), opened)
      })
    )

    it.effect("lists the threads of a resource, last used first, a page at a time", () =>
      Effect.gen(function* () {
        const threads = yield* ThreadRepository
        const caller = newUser()
        const keys = Array.makeBy(5, () => newKey("listed"))
        yield* Effect.forEach(keys, (key, n) => open(caller, key, later(Duration.seconds(n))))
        yield* open(caller)
        yield* open(newUser(), newKey("listed"))
        const [first] = keys
        assert(first !== undefined)
        yield* open(caller, first, later("1 minute"))
        const expected = [first, ...keys.slice(1).reverse()].map(({ threadId }) => threadId)
        const list = (limit: number, offset: number) =>
          Effect.map(
            threads.list(caller, ResourceId.make("listed"), { limit, offset }),
            ({ count, threads: found }) => ({ count, ids: found.map(({ thread }) => thread.threadId) })
          )
        assert.deepStrictEqual(yield* list(10, 0), { count: 5, ids: expected })
        assert.deepStrictEqual(yield* list(2, 2), { count: 5, ids: expected.slice(2, 4) })
        assert.deepStrictEqual(yield* list(2, 5), { count: 5, ids: [] })
      })
    )

    it.effect("pages through threads of the same instant without skipping or repeating any", () =>
      Effect.gen(function* () {
        const threads = yield* ThreadRepository
        const caller = newUser()
        const keys = Array.makeBy(7, () => newKey("at once"))
        yield* Effect.forEach(keys, (key) => open(caller, key))
        const pages = yield* Effect.forEach([0, 2, 4, 6], (offset) =>
          threads.list(caller, ResourceId.make("at once"), { limit: 2, offset })
        )
        assert.sameMembers(
          pages.flatMap((page) => page.threads.map(({ thread }) => thread.threadId)),
          keys.map(({ threadId }) => threadId)
        )
      })
    )

    it.effect("replaces the metadata of a thread, and leaves its session alone", () =>
      Effect.gen(function* () {
        const threads = yield* ThreadRepository
        const caller = newUser()
        const key = newKey()
        const { session, thread } = yield* open(caller, key)
        const metadata = { "a.b": [1, null, { "🙂": "'\"\\" }], toString: "x" }
        const changed = yield* threads.setMetadata(caller, key, metadata, later("1 minute"))
        assert.deepStrictEqual(changed, {
          thread: new Thread({ ...thread, metadata, updatedAt: later("1 minute") }),
          session
        })
        const again = yield* threads.setMetadata(caller, key, { b: 2 }, now)
        assert.deepStrictEqual(again.thread, new Thread({ ...changed.thread, metadata: { b: 2 } }))
        assert.deepStrictEqual(yield* threads.get(caller, key), again)
        // Using it changes the time alone.
        const used = yield* open(caller, key, later("1 hour"))
        assert.deepStrictEqual(used.thread, new Thread({ ...again.thread, updatedAt: later("1 hour") }))
      })
    )

    it.effect("forgets a name and keeps its session; the name is free again", () =>
      Effect.gen(function* () {
        const threads = yield* ThreadRepository
        const sessions = yield* SessionRepository
        const caller = newUser()
        const key = newKey()
        const { session } = yield* open(caller, key)
        yield* threads.remove(caller, key)
        assertEquals(yield* Effect.flip(threads.get(caller, key)), new ThreadNotFoundError(key))
        assertEquals(yield* Effect.flip(threads.remove(caller, key)), new ThreadNotFoundError(key))
        assert.deepStrictEqual((yield* sessions.load(caller, session.id)).session, session)
        const next = yield* open(caller, key)
        assert.notStrictEqual(next.session.id, session.id)
        assert.lengthOf(yield* sessionsOf(caller), 2)
      })
    )

    it.effect("forgets the name of a session that is removed", () =>
      Effect.gen(function* () {
        const threads = yield* ThreadRepository
        const sessions = yield* SessionRepository
        const caller = newUser()
        const key = newKey()
        const { session } = yield* open(caller, key)
        yield* sessions.remove(caller, session.id)
        assertEquals(yield* Effect.flip(threads.get(caller, key)), new ThreadNotFoundError(key))
        const list = yield* threads.list(caller, key.resourceId, { limit: 10, offset: 0 })
        assert.deepStrictEqual(list, { threads: [], count: 0 })
        assert.notStrictEqual((yield* open(caller, key)).session.id, session.id)
      })
    )

    it.effect("names only sessions that there are, also while they are removed", () =>
      Effect.gen(function* () {
        const threads = yield* ThreadRepository
        const sessions = yield* SessionRepository
        const caller = newUser()
        yield* Effect.forEach(
          Array.makeBy(20, () => newKey()),
          Effect.fnUntraced(function* (key) {
            const { session } = yield* open(caller, key)
            yield* Effect.all([sessions.remove(caller, session.id), open(caller, key), open(caller, key)], {
              concurrency: "unbounded"
            })
            assertEquals(
              yield* Effect.flip(sessions.load(caller, session.id)),
              new SessionNotFoundError({ sessionId: session.id })
            )
            const found = yield* Effect.option(threads.get(caller, key))
            for (const { session: other } of Option.toArray(found)) {
              assert.deepStrictEqual((yield* sessions.load(caller, other.id)).session, other)
            }
          }),
          { concurrency: "unbounded" }
        )
        const { length } = yield* sessionsOf(caller)
        assert.isAtMost(length, 20)
      })
    )

    it.effect("keeps names of any text as they are, apart from each other", () =>
      Effect.gen(function* () {
        const threads = yield* ThreadRepository
        const caller = newUser()
        const names = [
          "\u00e9",
          "e\u0301",
          "%",
          "_",
          "'; --",
          "__proto__",
          "a/b?c#d",
          " ",
          "🙂".repeat(63),
          "z".repeat(255)
        ]
        const keys = names.map((text) => ({
          threadId: ThreadId.make(text),
          resourceId: ResourceId.make(text)
        }))
        const opened = yield* Effect.forEach(keys, (key) => open(caller, key))
        assert.lengthOf(new Set(opened.map(({ session }) => session.id)), names.length)
        for (const [key, expected] of Array.zip(keys, opened)) {
          assert.deepStrictEqual(yield* threads.get(caller, key), expected)
          assert.deepInclude(expected.thread, key)
          const list = yield* threads.list(caller, key.resourceId, { limit: 10, offset: 0 })
          assert.deepStrictEqual(list, { threads: [expected], count: 1 })
        }
      })
    )
  })
}
