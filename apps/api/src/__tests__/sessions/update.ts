import { assert } from "@effect/vitest"
import { Effect, Struct } from "effect"
import { asConversation, asSession, newCaller, refusedFields } from "../../test-utils/session-caller.ts"
import type { SuiteIt } from "../../test-utils/stores.ts"

const statuses = ["active", "paused", "completed", "aborted"] as const
const allowed = ["active paused", "active completed", "active aborted", "paused active"]
  .concat(["paused completed", "paused aborted"])
  .concat(statuses.map((status) => `${status} ${status}`))

const setUp = Effect.gen(function* () {
  const caller = yield* newCaller
  const session = yield* caller.create({ title: "one", agentSessionId: "sdk-1", metadata: { a: 1 } })
  const path = `/${session.id}`
  return {
    caller,
    path,
    session,
    put: (change: object | string, headers?: Record<string, string>) => caller.put(path, change, headers),
    load: Effect.flatMap(caller.get(path), asConversation)
  }
})

/** Changes of a session, and when they are refused. */
export const describeUpdate = (it: SuiteIt) => {
  it.effect("sets the fields that are given, removes by null, and leaves the rest", () =>
    Effect.gen(function* () {
      const { load, put, session } = yield* setUp
      const owned = Struct.pick(session, "agent", "id", "userId")
      let expected = session
      for (const change of [
        { title: "two" },
        { title: null },
        { agentSessionId: null },
        { agentSessionId: "sdk-2" },
        { metadata: { b: [{}] } },
        { metadata: {} },
        { status: "paused" },
        { title: "three", status: "active", metadata: { c: "ü" }, agentSessionId: null },
        { title: "four", id: "x", version: 99, userId: "somebody", agent: "other" }
      ] as const) {
        const reply = yield* put(change)
        assert.strictEqual(reply.status, 200, reply.text)
        const changed = yield* asSession(reply)
        assert.deepStrictEqual<unknown>(changed, {
          ...expected,
          ...change,
          ...owned,
          version: expected.version + 1,
          updatedAt: changed.updatedAt
        })
        assert.isTrue(changed.updatedAt >= expected.updatedAt)
        assert.strictEqual(reply.headers.etag, `"v${changed.version}-0"`)
        assert.deepStrictEqual(yield* load, { session: changed, messages: [] })
        expected = changed
      }
    })
  )

  it.effect("to what it is already changes nothing", () =>
    Effect.gen(function* () {
      const { put, session } = yield* setUp
      const same = { title: "one", status: "active", metadata: { a: 1 }, agentSessionId: "sdk-1" }
      for (const change of [{}, "", same, { unknown: 1 }]) {
        assert.deepStrictEqual((yield* put(change)).body, session)
      }
    })
  )

  it.effect("of status goes only where the status may go", () =>
    Effect.gen(function* () {
      for (const from of statuses) {
        for (const to of statuses) {
          const { load, put } = yield* setUp
          yield* put({ status: from })
          const { session: before } = yield* load
          const { body, status } = yield* put({ status: to, title: "moved" })
          if (allowed.includes(`${from} ${to}`)) {
            assert.strictEqual(status, 200)
            assert.deepInclude(body, { status: to, title: "moved" })
          } else {
            assert.strictEqual(status, 400, `${from} ${to}`)
            assert.deepInclude(body, { code: "INVALID_STATE", sessionId: before.id, currentStatus: from })
            assert.deepStrictEqual((yield* load).session, before)
          }
        }
      }
    })
  )

  it.effect("with If-Match changes only the version that is meant", () =>
    Effect.gen(function* () {
      const { caller, load, put, session } = yield* setUp
      const etag = '"v1-0"'
      assert.strictEqual((yield* put({ title: "two" }, { "if-match": etag })).status, 200)
      const first = yield* caller.append(session.id, "hello")
      const second = yield* caller.append(session.id, "you")
      const { session: current } = yield* load
      for (const [tag, messages] of [
        [etag, [first, second]],
        [`W/${etag}`, [first, second]],
        ['"v3-1"', [second]],
        ['"v99-2"', []],
        ['"v2147483647-2147483647"', []]
      ] as const) {
        const { body, headers, status } = yield* put(
          { title: "three", status: "aborted" },
          { "if-match": tag }
        )
        assert.deepStrictEqual([status, headers["content-type"]], [412, "application/problem+json"])
        assert.deepStrictEqual(body, {
          _tag: "VersionConflictError",
          type: "/problems/version-conflict",
          title: "The session has changed",
          status: 412,
          detail:
            "The session is not the version of If-Match. It is in `session` as it is now; nothing was changed.",
          code: "CONFLICT",
          sessionId: session.id,
          session: current,
          messages
        })
      }
      assert.deepStrictEqual((yield* load).session, current)
      for (const tag of [`"v${current.version}-2"`, "*", `W/"v${current.version + 2}-2"`]) {
        assert.strictEqual((yield* put({ title: tag }, { "if-match": tag })).status, 200, tag)
      }
    })
  )

  it.effect("that is none changes nothing", () =>
    Effect.gen(function* () {
      const { load, put, session } = yield* setUp
      for (const [fields, change] of [
        ["title", { title: "" }],
        ["title", { title: "x".repeat(201) }],
        ["status", { status: null }],
        ["status", { status: "Active" }],
        ["metadata", { metadata: null }],
        ["metadata", '{"metadata":{"a":"\\ud800"}}'],
        ["", '{"metadata":{"__proto__":1}}'],
        ["agentSessionId", { agentSessionId: "a\0" }],
        ["", "[]"],
        ["agentSessionId,metadata,status,title", { title: 1, status: 1, metadata: 1, agentSessionId: 1 }]
      ] as const) {
        assert.strictEqual((yield* refusedFields(yield* put(change))).join(), fields)
      }
      for (const tag of [
        "",
        "v1-0",
        '"v1"',
        '"1"',
        '"v1-0',
        '"v01234567890-0"',
        '"v9999999999-0"',
        '"v1-0", "v2-0"'
      ]) {
        const reply = yield* put({ title: "two" }, { "if-match": tag })
        assert.deepStrictEqual(yield* refusedFields(reply), ["if-match"], tag)
      }
      assert.deepStrictEqual((yield* load).session, session)
    })
  )
}
