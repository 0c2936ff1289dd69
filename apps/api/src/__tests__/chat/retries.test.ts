import { randomUUID } from "node:crypto"
import { assert, layer as itWithLayer } from "@effect/vitest"
import { layerPostgres } from "@workspace/database/test-utils"
import { Effect, Layer, Schema } from "effect"
import * as Sessions from "../../sessions.ts"
import { ask, posting } from "../../test-utils/exchange.ts"
import * as ScriptedSessions from "../../test-utils/scripted-sessions.ts"
import * as ServerInMemory from "../../test-utils/server-in-memory.ts"
import { asList, asSession } from "../../test-utils/session-caller.ts"
import * as TalkingAgent from "../../test-utils/talking-agent.ts"

const server = ServerInMemory.layerServer(
  Layer.provide(Sessions.layer, [TalkingAgent.layer, ScriptedSessions.layerFiles])
).pipe(Layer.provide(layerPostgres))

const asFailed = Schema.decodeUnknown(Schema.Struct({ code: Schema.String, sessionId: Schema.String }))

const message = (id: string, text: string) => ({ id, role: "user", parts: [{ type: "text", text }] })

/** A user without sessions. */
const newUser = Effect.sync(() => {
  const headers = { "x-user-id": `user-${randomUUID()}` }
  const post = (path: string, fields: object) => ask(posting(path, fields, headers))
  return {
    post,
    get: (path: string) => ask({ path, headers }),
    create: Effect.map(Effect.flatMap(post("/api/sessions", {}), asSession), ({ id }) => id),
    count: Effect.map(Effect.flatMap(ask({ path: "/api/sessions", headers }), asList), (_) => _.count)
  }
})

itWithLayer(server, { excludeTestServices: true, timeout: "5 minutes" })("a message", (it) => {
  it.effect("that a fork would have already is refused, and leaves no fork and no name", () =>
    Effect.gen(function* () {
      const { count, create, get, post } = yield* newUser
      const sessionId = yield* create
      const said = message("a", "count 1")
      assert.strictEqual((yield* post("/api/chat", { sessionId, message: said })).status, 200)
      const thread = { threadId: "t", resourceId: "r" }
      for (const again of [said, message("a", "count 2")]) {
        for (const fields of [{}, thread, { atSequence: 1 }]) {
          const { body, status } = yield* post("/api/chat/fork", { sessionId, message: again, ...fields })
          assert.strictEqual(status, 422)
          assert.deepInclude(body, { _tag: "MessageConflictError", sessionId, messageId: "a" })
        }
      }
      assert.strictEqual(yield* count, 1)
      assert.strictEqual((yield* get("/api/threads/t?resourceId=r")).status, 404)
      // From before that message it is a new one.
      const { status } = yield* post("/api/chat/fork", { sessionId, message: said, atSequence: 0, ...thread })
      assert.strictEqual(status, 200)
      assert.strictEqual(yield* count, 2)
    })
  )

  it.effect("that the agent fails to answer tells where it is stored, and is asked again there", () =>
    Effect.gen(function* () {
      const { count, create, post } = yield* newUser
      const sessionId = yield* create
      for (const [path, fields] of [
        ["/api/chat", {}],
        ["/api/chat", { threadId: "t", resourceId: "r" }],
        ["/api/chat", { sessionId }],
        ["/api/chat/fork", { sessionId, atSequence: 0 }]
      ] as const) {
        const failed = yield* post(path, { message: message("a", "fail"), ...fields })
        assert.strictEqual(failed.status, 503)
        const made = yield* asFailed(failed.body)
        assert.strictEqual(made.code, "AGENT_UNAVAILABLE")
        const before = yield* count
        const again = yield* post("/api/chat", {
          message: message("a", "fail"),
          sessionId: made.sessionId
        })
        assert.deepStrictEqual([again.status, again.body], [503, failed.body])
        assert.strictEqual(yield* count, before)
      }
      assert.strictEqual(yield* count, 4)
    })
  )
})
