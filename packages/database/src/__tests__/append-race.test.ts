import { assert, layer } from "@effect/vitest"
import { MessageContent, MessageId, SessionId, SessionRepository } from "@workspace/domain"
import { asNobody, createTestSession } from "@workspace/domain/test-utils"
import { eq, sql } from "drizzle-orm"
import { DateTime, Effect, Fiber, Layer, Option } from "effect"
import { Database } from "../client.ts"
import * as SessionRepositoryPg from "../repositories/session-repository.ts"
import { sessions } from "../schema.ts"
import { layerPostgres } from "../test-utils/layers.ts"

const now = DateTime.unsafeMake(0)
const id = SessionId.make("session_0_race")

layer(SessionRepositoryPg.layer.pipe(Layer.provideMerge(layerPostgres)), {
  timeout: "60 seconds",
  excludeTestServices: true
})("an append that waits for its session", (it) => {
  it.effect("knows a message that was stored and a pause that was set while it waited", () =>
    Effect.gen(function* () {
      const { client, query } = yield* Database
      const repository = yield* SessionRepository
      yield* repository.create(createTestSession({ id }), Option.none())
      const append = repository.append(
        asNobody,
        {
          id: MessageId.make("m1"),
          sessionId: id,
          role: "user",
          content: MessageContent.make("x"),
          metadata: {}
        },
        { now }
      )
      const waiting = (count: number) =>
        query(() =>
          client.execute(
            sql`select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`
          )
        ).pipe(
          Effect.repeat({
            until: (result) => Object.values(result ?? {}).some((_) => Array.isArray(_) && _.length === count)
          })
        )
      // The row is locked; one after the other they queue for it: the message, a pause, the message again.
      const holder = yield* Effect.fork(
        query(() =>
          client.transaction(async (transaction) => {
            await transaction.select().from(sessions).where(eq(sessions.id, id)).for("update")
            await transaction.execute(sql`select pg_sleep(1)`)
          })
        )
      )
      yield* Effect.sleep("100 millis")
      const first = yield* Effect.fork(append)
      yield* waiting(1)
      const pause = yield* Effect.fork(repository.setStatus(asNobody, id, "paused", now))
      yield* waiting(2)
      const second = yield* Effect.fork(append)
      yield* waiting(3)
      yield* Fiber.join(holder)
      const stored = yield* Fiber.join(first)
      assert.strictEqual((yield* Fiber.join(pause)).status, "paused")
      assert.deepStrictEqual(yield* Fiber.join(second), stored)
    })
  )
})
