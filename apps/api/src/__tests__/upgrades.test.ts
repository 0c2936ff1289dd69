import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { ask, posting } from "../test-utils/exchange.ts"
import * as ServerInMemory from "../test-utils/server-in-memory.ts"

// More than a connection holds that nobody reads.
const long = "x".repeat(200_000)

const exchanges = [
  posting("/api/assessment/start", { userId: "alice" }),
  posting("/api/assessment/start", { userId: 1 }),
  posting("/api/assessment/start", { userId: long }),
  posting("/api/assessment/start", `{ "userId": "${long}`),
  posting("/health", { name: long }),
  posting("/nowhere", { name: long }),
  { path: "/health" }
]

it.scopedLive(
  "a request that offers another protocol is answered as any other, and its connection ends",
  () =>
    Effect.gen(function* () {
      for (const what of exchanges) {
        const expected = yield* ask(what)
        for (const upgrade of ["h2c", "websocket"]) {
          const headers = { ...what.headers, connection: "upgrade", upgrade }
          const { status, headers: answered } = yield* ask({ ...what, headers })
          assert.strictEqual(status, expected.status, what.path)
          assert.strictEqual(answered["content-type"], expected.headers["content-type"], what.path)
        }
      }
      // The server ends with the test, once every connection has.
    }).pipe(Effect.provide(ServerInMemory.layer))
)
