import { assert, it } from "@effect/vitest"
import { Attempt, IdempotencyStore, SessionRepository } from "@workspace/domain"
import { createTestSession } from "@workspace/domain/test-utils"
import { sql } from "drizzle-orm"
import { DateTime, Duration, Effect, Layer, Option } from "effect"
import { Database } from "../client.ts"
import * as IdempotencyStorePg from "../repositories/idempotency-store.ts"
import * as SessionRepositoryPg from "../repositories/session-repository.ts"
import { idempotencyKeys } from "../schema.ts"
import { layerPostgres } from "../test-utils/layers.ts"

/** Where the row lies, and who last locked it. */
const trace = Effect.flatMap(Database, ({ client, query }) =>
  query(() =>
    client.select({ ctid: sql<string>`ctid::text`, xmax: sql<string>`xmax::text` }).from(idempotencyKeys)
  )
)

const layer = Layer.merge(IdempotencyStorePg.layer, SessionRepositoryPg.layer).pipe(
  Layer.provideMerge(layerPostgres)
)

it.layer(layer, { timeout: "60 seconds" })("a key that is taken", (it) => {
  it.effect("is read, and neither written nor locked", () =>
    Effect.gen(function* () {
      const store = yield* IdempotencyStore
      const session = yield* (yield* SessionRepository).create(createTestSession(), Option.none())
      const begin = (requestHash: string) =>
        store.begin("a user", "k", { requestHash, now: DateTime.unsafeMake(0), lease: Duration.seconds(30) })
      const seen: Array<string> = []
      const ask = Effect.fnUntraced(function* (requestHash: string) {
        const before = yield* trace
        assert.lengthOf(before, 1)
        seen.push((yield* begin(requestHash))._tag)
        assert.deepStrictEqual(yield* trace, before)
      })
      const run = yield* begin("a")
      assert(Attempt.$is("Fresh")(run))
      yield* ask("a")
      yield* ask("b")
      yield* store.finish("a user", "k", run, Option.some(session.id), {
        status: 201,
        headers: {},
        body: "{}"
      })
      yield* ask("a")
      yield* ask("b")
      assert.deepStrictEqual(seen, ["Running", "Mismatch", "Replay", "Mismatch"])
    })
  )
})
