import { SessionId, SessionRepository } from "@workspace/domain"
import { createTestSession } from "@workspace/domain/test-utils"
import { eq, sql } from "drizzle-orm"
import { Deferred, Effect, Fiber, Option, Runtime } from "effect"
import { type Client, Database } from "../client.ts"
import { sessions } from "../schema.ts"
import { eventually } from "./observe.ts"

/** How many wait for a lock. */
export const inTheQueue = Effect.flatMap(Database, ({ client, query }) =>
  query(() =>
    client.$count(sql`pg_stat_activity`, sql`wait_event_type = 'Lock' and datname = current_database()`)
  )
)

type Transaction = Parameters<Parameters<Client["transaction"]>[0]>[0]

/**
 * A transaction that has done something and waits to be committed, and how to queue for it: each step begins when the last one
 * waits.
 */
export const heldTransaction = Effect.fnUntraced(function* (begin: (held: Transaction) => Promise<unknown>) {
  const { client, query } = yield* Database
  const [locked, release] = yield* Effect.all([
    Deferred.make<void>(),
    Deferred.make<"commit" | "roll back">()
  ])
  const run = Runtime.runPromise(yield* Effect.runtime())
  const holder = yield* Effect.fork(
    query(() =>
      client.transaction(async (transaction) => {
        await begin(transaction)
        await run(Deferred.succeed(locked, undefined))
        if ((await run(Deferred.await(release))) === "roll back") transaction.rollback()
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
    queue,
    released: Effect.zipRight(Deferred.succeed(release, "commit"), Fiber.join(holder)),
    rolledBack: Effect.zipRight(Deferred.succeed(release, "roll back"), Fiber.await(holder))
  }
})

let made = 0

/** A new session whose row is locked, and how to queue for it: each step begins when the last one waits. */
export const lockedSession = Effect.fnUntraced(function* <E = never, R = never>(
  prepare: (id: SessionId) => Effect.Effect<unknown, E, R> = () => Effect.void
) {
  const repository = yield* SessionRepository
  made += 1
  const id = SessionId.make(`session_0_race-${made}`)
  yield* repository.create(createTestSession({ id }), Option.none())
  yield* prepare(id)
  const { queue, released } = yield* heldTransaction((transaction) =>
    transaction.select().from(sessions).where(eq(sessions.id, id)).for("update")
  )
  return { id, repository, queue, released }
})
