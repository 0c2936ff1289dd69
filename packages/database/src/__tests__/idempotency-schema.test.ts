import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { Database } from "../client.ts"
import { idempotencyKeys } from "../schema.ts"
import { layerPostgres } from "../test-utils/layers.ts"

const row = {
  scope: "alice",
  key: "k",
  requestHash: "h",
  seed: "s",
  createdAt: new Date(0),
  expiresAt: new Date(1)
}
const answer = { status: 201, headers: {}, body: "" }

const insert = (values: Partial<typeof idempotencyKeys.$inferInsert>) =>
  Effect.flatMap(Database, ({ client, query }) =>
    query(() => client.insert(idempotencyKeys).values({ ...row, ...values }))
  )

it.layer(layerPostgres, { timeout: "60 seconds" })("the table of idempotency keys", (it) => {
  it.effect("takes the longest names", () =>
    Effect.gen(function* () {
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
    ["idempotency_keys_answer", { headers: {}, body: "" }],
    ["idempotency_keys_times", { expiresAt: new Date(0) }]
  ] as const)("refuses what is none: %s %j", ([constraint, values]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(insert(values))
      assert.strictEqual(error.code, "23514")
      assert.strictEqual(error.constraint, constraint)
    })
  )
})
