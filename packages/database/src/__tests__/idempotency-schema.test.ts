import { assert, it } from "@effect/vitest"
import { createTestSession } from "@workspace/domain/test-utils"
import { Effect } from "effect"
import { Database } from "../client.ts"
import { fromSession } from "../repositories/session-rows.ts"
import { idempotencyKeys, sessions } from "../schema.ts"
import { layerPostgres } from "../test-utils/layers.ts"

const row = {
  scope: "alice",
  key: "k",
  requestHash: "h",
  seed: "s",
  createdAt: new Date(0),
  expiresAt: new Date(1)
}
const session = fromSession(createTestSession())
const answer = { sessionId: session.id, status: 201, headers: {}, body: "" }

const insertSession = Effect.flatMap(Database, ({ client, query }) =>
  query(() => client.insert(sessions).values(session))
)

const insert = (values: Partial<typeof idempotencyKeys.$inferInsert>) =>
  Effect.flatMap(Database, ({ client, query }) =>
    query(() => client.insert(idempotencyKeys).values({ ...row, ...values }))
  )

it.layer(layerPostgres, { timeout: "60 seconds" })("the table of idempotency keys", (it) => {
  it.effect("takes the longest names", () =>
    Effect.gen(function* () {
      yield* insertSession
      yield* insert({ scope: "x".repeat(512), key: "k".repeat(255), requestHash: "h".repeat(128), ...answer })
      const error = yield* Effect.flip(
        insert({ scope: "x".repeat(512), key: "k".repeat(255), requestHash: "other" })
      )
      assert.strictEqual(error.constraint, "idempotency_keys_pkey")
    })
  )

  it.effect.each([
    ["idempotency_keys_scope_bytes", { scope: "" }],
    ["idempotency_keys_scope_bytes", { scope: "é".repeat(257) }],
    ["idempotency_keys_key_bytes", { key: "" }],
    ["idempotency_keys_key_bytes", { key: "x".repeat(256) }],
    ["idempotency_keys_request_hash_bytes", { requestHash: "x".repeat(129) }],
    ["idempotency_keys_status", { ...answer, status: 500 }],
    ["idempotency_keys_status", { ...answer, status: 199 }],
    ["idempotency_keys_answer", { status: 200 }],
    ["idempotency_keys_answer", { ...answer, body: null }],
    ["idempotency_keys_answer", { sessionId: session.id }],
    ["idempotency_keys_answer", { headers: {}, body: "" }],
    ["idempotency_keys_times", { expiresAt: new Date(0) }]
  ] as const)("refuses what is none: %s %j", ([constraint, values]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(insert(values))
      assert.strictEqual(error.code, "23514")
      assert.strictEqual(error.constraint, constraint)
    })
  )

  it.effect("keeps no answer about a session that is not there", () =>
    Effect.gen(function* () {
      const { client, query } = yield* Database
      const error = yield* Effect.flip(
        insert({ ...answer, key: "of nothing", sessionId: "session_0_missing" })
      )
      assert.strictEqual(error.constraint, "idempotency_keys_session_id_sessions_id_fk")

      yield* insert({ key: "running" })
      yield* insert({ ...answer, key: "answered" })
      yield* insert({ ...answer, key: "of no session", sessionId: null })
      yield* query(() => client.delete(sessions))
      const left = yield* query(() => client.select({ key: idempotencyKeys.key }).from(idempotencyKeys))
      assert.sameDeepMembers(left, [{ key: "running" }, { key: "of no session" }])
    })
  )
})
