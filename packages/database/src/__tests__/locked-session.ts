import { SessionId, SessionRepository } from "@workspace/domain"
import { createTestSession } from "@workspace/domain/test-utils"
import { eq, sql } from "drizzle-orm"
import { Deferred, Effect, Fiber, Option, Runtime } from "effect"
import { Database } from "../client.ts"
import { sessions } from "../schema.ts"
import { eventually } from "./observe.ts"

/** How many wait for a lock. */
export const inTheQueue = Effect.flatMap(Database, ({ client, query }) =>
  query(() =>
    client.$count(sql`pg_stat_activity`, sql`wait_event_type = 'Lock' and datname = current_database()`)
  )
)

let made = 0

/** A new session whose row is locked, and how to queue for it: each step begins when the last one waits. */
export const lockedSession = Effect.fnUntraced(function* <E = never, R = never>(
  prepare: (id: SessionId) => Effect.Effect<unknown, E, R> = () => Effect.void
) {
  const { client, query } = yield* Database
  const repository = yield* SessionRepository
  made += 1
  const id = SessionId.make(`session_0_race-${made}`)
  yield* repository.create(createTestSession({ id }), Option.none())
  yield* prepare(id)
  const [locked, release] = yield* Effect.all([Deferred.make<void>(), Deferred.make<void>()])
  const run = Runtime.runPromise(yield* Effect.runtime())
  const holder = yield* Effect.fork(
    query(() =>
      client.transaction(async (transaction) => {
        await transaction.select().from(sessions).where(eq(sessions.id, id)).for("update")
        await run(Deferred.succeed(locked, undefined))
        await run(Deferred.await(release))
      })
    )
  )
  yield* Deferred.await(locked)
  let queued = 0
  const queue = <A, E, R>(step: Effect.Effect<A, E, R>) =>
    Effect.fork(step).pipe(
      Effect.tap(() => {
        queued += 1
        return eventually(Effect.map(inTheQueue, (count) => count === queued))
      })
    )
  return {
    id,
    repository,
    queue,
    released: Effect.zipRight(Deferred.succeed(release, undefined), Fiber.join(holder))
  }
})
