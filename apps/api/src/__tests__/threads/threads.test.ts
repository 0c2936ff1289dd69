import { randomUUID } from "node:crypto"
import { assert } from "@effect/vitest"
import {
  Caller,
  ResourceId,
  Session,
  SessionId,
  ThreadId,
  ThreadList,
  ThreadOverview,
  ThreadRepository,
  Title,
  UserId
} from "@workspace/domain"
import { Array, DateTime, Effect, Option, Schema } from "effect"
import { ask, deleting, type Exchange, posting } from "../../test-utils/exchange.ts"
import { newCaller, refusedFields } from "../../test-utils/session-caller.ts"
import { onEveryStore } from "../../test-utils/stores.ts"
import { names, none } from "./names.ts"

const asThread = Schema.decodeUnknown(Schema.encodedSchema(ThreadOverview))
const asList = Schema.decodeUnknown(Schema.encodedSchema(ThreadList))

const start = DateTime.unsafeMake("2030-01-01T00:00:00.000Z")

/** A user without threads, and its requests. */
const newUser = Effect.gen(function* () {
  const threads = yield* ThreadRepository
  const caller = yield* newCaller
  const userId = UserId.make(caller.userId)
  const send = (exchange: Exchange) =>
    ask({ ...exchange, headers: { ...exchange.headers, "x-user-id": caller.userId } })
  return {
    ...caller,
    send,
    /** Makes a thread, used so many seconds after the start. */
    open: (threadId: string, resourceId: string, seconds = 0) => {
      const id = SessionId.make(`session_0_${randomUUID()}`)
      const session = Session.start(id, Option.some(userId), DateTime.add(start, { seconds }), {
        title: Option.some(Title.make("Talk"))
      })
      const key = { threadId: ThreadId.make(threadId), resourceId: ResourceId.make(resourceId) }
      return Effect.map(threads.open(Caller.User({ userId }), key, session), ({ thread }) => thread.sessionId)
    },
    find: (threadId: string, resourceId: string) =>
      send({
        path: `/api/threads/${encodeURIComponent(threadId)}?resourceId=${encodeURIComponent(resourceId)}`
      }),
    list: (resourceId: string, rest = "") =>
      Effect.flatMap(
        send({ path: `/api/threads?resourceId=${encodeURIComponent(resourceId)}${rest}` }),
        ({ body }) => asList(body)
      )
  }
})

onEveryStore("the threads API", (it) => {
  it.effect("finds a session by the caller's own ids", () =>
    Effect.gen(function* () {
      const user = yield* newUser
      const sessionId = yield* user.open("thread", "resource")
      yield* user.append(sessionId, "hello")
      const { body, status } = yield* user.find("thread", "resource")
      assert.strictEqual(status, 200)
      assert.deepStrictEqual(body, {
        threadId: "thread",
        resourceId: "resource",
        sessionId,
        metadata: {},
        createdAt: "2030-01-01T00:00:00.000Z",
        updatedAt: "2030-01-01T00:00:00.000Z",
        title: "Talk",
        status: "active",
        agent: "nerin",
        messageCount: 1
      })
      assert.deepStrictEqual(yield* user.list("resource"), { sessions: [yield* asThread(body)], count: 1 })
    })
  )

  it.effect("lists the threads of a resource, last used first, a page at a time", () =>
    Effect.gen(function* () {
      const user = yield* newUser
      const opened = Array.makeBy(5, (n) => `thread ${n}`)
      yield* Effect.forEach(opened, (threadId, n) => user.open(threadId, "many", n))
      yield* user.open("another", "other")
      yield* user.open("thread 1", "many", 60)
      const expected = [1, 4, 3, 2, 0].map((n) => `thread ${n}`)
      const idsOf = ({ count, sessions }: typeof ThreadList.Encoded) => ({
        count,
        ids: sessions.map(({ threadId }) => threadId)
      })
      assert.deepStrictEqual(idsOf(yield* user.list("many")), { count: 5, ids: expected })
      assert.deepStrictEqual(idsOf(yield* user.list("many", "&limit=2&offset=3")), {
        count: 5,
        ids: expected.slice(3)
      })
      assert.deepStrictEqual(yield* user.list("none"), { sessions: [], count: 0 })
    })
  )

  it.effect("replaces the metadata of a thread, not of its session", () =>
    Effect.gen(function* () {
      const user = yield* newUser
      const key = { threadId: "thread", resourceId: "resource" }
      const sessionId = yield* user.open(key.threadId, key.resourceId)
      const before = yield* Effect.flatMap(user.find(key.threadId, key.resourceId), ({ body }) =>
        asThread(body)
      )
      const metadata = { a: [1, { "b.c": null }], toString: "x" }
      const { body, status } = yield* user.send(posting("/api/threads/metadata", { ...key, metadata }))
      assert.strictEqual(status, 200)
      const changed = yield* asThread(body)
      assert.deepStrictEqual(changed, { ...before, metadata, updatedAt: changed.updatedAt })
      assert.isTrue(before.updatedAt <= changed.updatedAt)
      assert.deepStrictEqual((yield* user.find(key.threadId, key.resourceId)).body, body)
      assert.deepNestedInclude((yield* user.get(`/${sessionId}`)).body, { "session.metadata": {} })
    })
  )

  it.effect("forgets a thread, and keeps its session", () =>
    Effect.gen(function* () {
      const user = yield* newUser
      const key = { threadId: "thread", resourceId: "resource" }
      const sessionId = yield* user.open(key.threadId, key.resourceId)
      const { headers, status, text } = yield* user.send(deleting("/api/threads", key))
      assert.deepStrictEqual([status, text, headers["content-type"]], [204, "", undefined])
      for (const reply of [
        user.send(deleting("/api/threads", key)),
        user.find(key.threadId, key.resourceId),
        user.send(posting("/api/threads/metadata", { ...key, metadata: {} }))
      ]) {
        const { body, status } = yield* reply
        assert.strictEqual(status, 404)
        assert.deepInclude(body, { _tag: "ThreadNotFoundError", code: "NOT_FOUND", ...key })
      }
      assert.strictEqual((yield* user.get(`/${sessionId}`)).status, 200)
      assert.deepStrictEqual(yield* user.list("resource"), { sessions: [], count: 0 })
    })
  )

  it.effect("forgets the threads of a session that is deleted", () =>
    Effect.gen(function* () {
      const user = yield* newUser
      yield* user.remove(`/${yield* user.open("thread", "resource")}`)
      assert.strictEqual((yield* user.find("thread", "resource")).status, 404)
      assert.strictEqual((yield* user.list("resource")).count, 0)
    })
  )

  it.effect("answers to somebody else's thread as to none, byte for byte", () =>
    Effect.gen(function* () {
      const [owner, other] = [yield* newUser, yield* newUser]
      const key = { threadId: "thread", resourceId: "resource" }
      yield* owner.open(key.threadId, key.resourceId)
      const before = (yield* owner.find(key.threadId, key.resourceId)).text
      for (const requestOf of [
        (_: typeof key): Exchange => ({ path: `/api/threads/${_.threadId}?resourceId=${_.resourceId}` }),
        (_: typeof key) => posting("/api/threads/metadata", { ..._, metadata: { a: 1 } }),
        (_: typeof key) => deleting("/api/threads", _)
      ]) {
        const foreign = yield* other.send(requestOf(key))
        const missing = yield* other.send(requestOf({ ...key, threadId: "nobody" }))
        assert.deepStrictEqual([foreign.status, missing.status], [404, 404])
        assert.strictEqual(foreign.text, missing.text.replace("nobody", "thread"))
      }
      assert.strictEqual((yield* other.list("resource")).count, 0)
      assert.strictEqual((yield* owner.find(key.threadId, key.resourceId)).text, before)
      // The other may give the same name.
      const own = yield* other.open(key.threadId, key.resourceId)
      assert.propertyVal((yield* other.find(key.threadId, key.resourceId)).body, "sessionId", own)
    })
  )

  it.effect("takes names of any text, in paths, queries and bodies, and keeps them apart", () =>
    Effect.gen(function* () {
      const user = yield* newUser
      const opened = yield* Effect.forEach(names, (name) =>
        Effect.map(user.open(name, name), (sessionId) => ({ name, sessionId }))
      )
      for (const { name, sessionId } of opened) {
        const key = { threadId: name, resourceId: name }
        const { body, text } = yield* user.find(name, name)
        assert.deepInclude(body, { ...key, sessionId }, text)
        assert.deepStrictEqual(yield* user.list(name), { sessions: [yield* asThread(body)], count: 1 })
        const changed = yield* user.send(posting("/api/threads/metadata", { ...key, metadata: { name } }))
        assert.deepInclude(changed.body, { ...key, sessionId, metadata: { name } }, changed.text)
      }
      for (const { name } of opened) {
        const removed = yield* user.send(deleting("/api/threads", { threadId: name, resourceId: name }))
        assert.strictEqual(removed.status, 204)
        assert.strictEqual((yield* user.find(name, name)).status, 404)
      }
    })
  )

  it.effect("refuses what is no name, and says which field it is", () =>
    Effect.gen(function* () {
      const user = yield* newUser
      for (const json of none) {
        for (const [fields, body] of [
          ["threadId", `{"threadId":${json},"resourceId":"x","metadata":{}}`],
          ["resourceId", `{"threadId":"x","resourceId":${json},"metadata":{}}`]
        ] as const) {
          for (const request of [posting("/api/threads/metadata", body), deleting("/api/threads", body)]) {
            assert.deepStrictEqual(yield* refusedFields(yield* user.send(request)), [fields])
          }
        }
      }
      const long = "x".repeat(300)
      for (const [fields, path] of [
        ["resourceId", "/api/threads"],
        ["resourceId", "/api/threads/x"],
        ["resourceId", "/api/threads?resourceId="],
        ["resourceId", "/api/threads?resourceId=%00"],
        ["resourceId", `/api/threads?resourceId=${long}`],
        ["limit,offset", "/api/threads?resourceId=x&limit=201&offset=-1"],
        ["threadId", `/api/threads/${long}?resourceId=x`],
        ["threadId", `/api/threads/${"%F0%9F%98%80".repeat(75)}?resourceId=x`],
        ["threadId", "/api/threads/a%00?resourceId=x"]
      ] as const) {
        assert.deepStrictEqual((yield* refusedFields(yield* user.send({ path }))).join(), fields, path)
      }
      for (const path of ["%FF", "%", "%ED%A0%80"]) {
        const { body, headers, status } = yield* user.send({ path: `/api/threads/${path}?resourceId=x` })
        assert.include([400, 404], status)
        assert.strictEqual(headers["content-type"], "application/problem+json")
        assert.property(body, "code")
      }
    })
  )

  it.effect("refuses metadata that would not come back as it is", () =>
    Effect.gen(function* () {
      const user = yield* newUser
      yield* user.open("thread", "resource")
      for (const [fields, json] of [
        ["", '{"__proto__":{"isAdmin":true}}'],
        ["metadata", '{"a":"\\u0000"}'],
        ["metadata", '{"\\ud800":1}'],
        ["metadata", `{"a":"${"x".repeat(16_384)}"}`],
        ["metadata", "[]"],
        ["metadata", "null"]
      ] as const) {
        const body = `{"threadId":"thread","resourceId":"resource","metadata":${json}}`
        const reply = yield* user.send(posting("/api/threads/metadata", body))
        assert.deepStrictEqual(yield* refusedFields(reply), [fields])
      }
      assert.deepInclude((yield* user.find("thread", "resource")).body, { metadata: {} })
    })
  )
})
