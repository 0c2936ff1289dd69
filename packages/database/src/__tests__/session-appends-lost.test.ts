import { assert, layer } from "@effect/vitest"
import { SessionRepository } from "@workspace/domain"
import { asNobody } from "@workspace/domain/test-utils"
import { sql } from "drizzle-orm"
import { Effect, Exit, Fiber, Layer, Predicate } from "effect"
import { Database } from "../client.ts"
import * as SessionRepositoryPg from "../repositories/session-repository.ts"
import { layerPostgres } from "../test-utils/layers.ts"
import {
  append,
  areInTheQueue,
  heldSessions,
  isUnavailable,
  message,
  now,
  someSessions
} from "./appending.ts"
import { eventually } from "./observe.ts"
import { makeStillClock } from "./still-clock.ts"

const options = { timeout: "60 seconds", excludeTestServices: true } as const
const atOnce = { concurrency: "unbounded" } as const

/** Ends the connections of those who wait for a lock, for as long as somebody does. */
const cutOff = <A, E>(fiber: Fiber.RuntimeFiber<A, E>) =>
  // They may have all connections of the pool.
  Effect.flatMap(Database, ({ copies, query }) =>
    query(() =>
      copies.execute(sql`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`)
    )
  ).pipe(
    Effect.zipRight(Effect.sync(() => fiber.unsafePoll() !== null)),
    eventually,
    Effect.zipRight(Fiber.join(fiber))
  )

/** Ends the connection of one of those who wait with others for a lock. */
const cutOffOne = Effect.flatMap(Database, ({ client, query }) =>
  query(() =>
    client.execute(sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock' and query like '%unnest%' limit 1`)
  )
)

/** What stores a message finds the store away for the reason that is in its metadata. */
const refusing = Effect.flatMap(Database, ({ client, query }) =>
  Effect.forEach(
    [
      sql`create function refuse() returns trigger language plpgsql as
        $$ begin raise exception using errcode = new.metadata->>'refused'; end $$`,
      sql`create trigger refusing before insert on messages for each row
        when (new.metadata->>'refused' is not null) execute function refuse()`
    ],
    (statement) => query(() => client.execute(statement))
  )
)

const isOfGathered = (row: unknown) =>
  Predicate.hasProperty(row, "sequence") && !Predicate.hasProperty(row, "content")

/** A database of which the first two answers to gathered messages cannot be read. */
const layerUnreadable = Layer.effect(
  Database,
  Effect.map(Database, (database) => {
    let left = 2
    const unreadable = <A>(rows: A): A => {
      if (left === 0 || !Array.isArray(rows) || !rows.some(isOfGathered)) return rows
      left -= 1
      return new Proxy(rows, {
        get: () => {
          throw new Error("unreadable")
        }
      })
    }
    return Database.of({ ...database, query: (run) => Effect.map(database.query(run), unreadable) })
  })
)

const { layer: clock } = makeStillClock()

layer(SessionRepositoryPg.layer.pipe(Layer.provideMerge(layerPostgres), Layer.merge(clock)), options)(
  "messages of a statement that found the store away",
  (it) => {
    it.effect("are told when the connection is lost, and are stored once when they come again", () =>
      Effect.gen(function* () {
        const repository = yield* SessionRepository
        const ids = yield* someSessions(30)
        const { released } = yield* heldSessions
        const all = Effect.forEach(ids, (id) => Effect.exit(append(id, "m")), atOnce)
        const first = yield* Effect.fork(all)
        yield* areInTheQueue(4)
        const told = yield* cutOff(first)
        assert.strictEqual(told.filter(isUnavailable).length, ids.length)
        const again = yield* Effect.fork(all)
        yield* areInTheQueue(4)
        yield* released
        for (const exit of yield* Fiber.join(again)) assert.isTrue(Exit.isSuccess(exit))
        for (const id of ids) {
          const { messages } = yield* repository.load(asNobody, id)
          assert.deepStrictEqual(
            messages.map(({ sequence }) => sequence),
            [1]
          )
        }
      })
    )

    it.effect("are stored one by one, and nobody else is told of it", () =>
      Effect.gen(function* () {
        const { load } = yield* SessionRepository
        const ids = yield* someSessions(200)
        const { released } = yield* heldSessions
        const fiber = yield* Effect.fork(Effect.forEach(ids, (id) => append(id, "m"), atOnce))
        yield* areInTheQueue(4)
        // The first had one message, the one that takes its place has as many as go together.
        yield* cutOffOne
        yield* areInTheQueue(5)
        yield* cutOffOne
        yield* released
        yield* Fiber.join(fiber)
        for (const id of ids) {
          assert.strictEqual((yield* load(asNobody, id)).session.messageCount, 1)
        }
      })
    )

    it.effect("are stored but for the one that finds it away alone, too", () =>
      Effect.gen(function* () {
        const repository = yield* SessionRepository
        yield* refusing
        for (const refused of ["57014", "55P03", "53200", "08006", "57P01"]) {
          const ids = yield* someSessions(60)
          const told = yield* Effect.forEach(
            ids,
            (id, n) =>
              Effect.exit(
                repository.append(
                  asNobody,
                  { ...message(id, "m"), metadata: n === 30 ? { refused } : {} },
                  { now }
                )
              ),
            atOnce
          )
          assert.deepStrictEqual(
            told.map(Exit.isSuccess),
            ids.map((_, n) => n !== 30)
          )
          assert.isTrue(told.filter(Exit.isFailure).every(isUnavailable))
        }
      })
    )
  }
)

layer(
  SessionRepositoryPg.layer.pipe(
    Layer.provide(layerUnreadable),
    Layer.provideMerge(layerPostgres),
    Layer.merge(clock)
  ),
  options
)("messages that come together after answers that cannot be read", (it) => {
  it.effect("are stored as before", () =>
    Effect.gen(function* () {
      const ids = yield* someSessions(20)
      const first = yield* Effect.forEach(ids, (id) => Effect.exit(append(id, "m1")), atOnce)
      assert.isTrue(first.some(Exit.isFailure))
      const second = yield* Effect.forEach(ids, (id) => Effect.exit(append(id, "m2")), atOnce)
      for (const exit of second) assert.isTrue(Exit.isSuccess(exit))
    })
  )
})
