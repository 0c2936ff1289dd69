import { assert, it } from "@effect/vitest"
import { Precision, Session } from "@workspace/domain"
import { DateTime, Effect, Schema } from "effect"
import { ask, posting } from "../test-utils/exchange.ts"
import * as ServerInMemory from "../test-utils/server-in-memory.ts"

const Started = Schema.Struct({ sessionId: Session.fields.id, claimToken: Schema.String })

// What stands here is promised to callers in other languages.
it.layer(ServerInMemory.layer)("an assessment", (it) => {
  it.scoped("answers with exactly the fields that are promised", () =>
    Effect.gen(function* () {
      const createdAt = DateTime.formatIso(DateTime.unsafeMake(0))
      const start = yield* ask(posting("/api/assessment/start", {}))
      const { claimToken, sessionId } = yield* Schema.decodeUnknown(Started)(start.body)
      const message = yield* ask(
        posting("/api/assessment/message", { sessionId, message: "hello", id: "m-1" })
      )
      const get = yield* ask({ path: `/api/assessment/sessions/${sessionId}` })

      assert.deepStrictEqual([start.status, message.status, get.status], [201, 200, 200])
      assert.deepStrictEqual(start.body, { sessionId, createdAt, claimToken })
      assert.match(claimToken, /^[A-Za-z0-9_-]{43}$/)
      assert.deepStrictEqual(message.body, {
        response: "Thank you. Tell me more.",
        precision: { ...Precision.initial },
        messageId: "m-1.answer",
        sequence: 2
      })
      assert.deepStrictEqual(get.body, {
        session: {
          id: sessionId,
          agent: "nerin",
          title: "hello",
          status: "active",
          precision: { ...Precision.initial },
          scoredThrough: 2,
          messageCount: 2,
          questionCount: 0,
          completion: 0,
          agentSessionId: null,
          parentId: null,
          forkedAt: null,
          metadata: {},
          version: 3,
          createdAt,
          updatedAt: createdAt
        },
        messages: [
          { id: "m-1", role: "user", content: "hello", createdAt, sequence: 1 },
          { id: "m-1.answer", role: "assistant", content: "Thank you. Tell me more.", createdAt, sequence: 2 }
        ]
      })
      for (const change of ["pause", "resume", "complete"]) {
        const { body, status } = yield* ask({
          method: "POST",
          path: `/api/assessment/sessions/${sessionId}/${change}`
        })
        assert.strictEqual(status, 200)
        assert.hasAllKeys(
          body,
          Object.keys(Session.fields).filter((field) => field !== "userId")
        )
      }
    })
  )
})
