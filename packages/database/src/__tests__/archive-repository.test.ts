import { assert, layer as itWithLayer } from "@effect/vitest"
import { ArchiveRepository, SessionRepository } from "@workspace/domain"
import { archivedWith, asNobody, describeArchiveRepository, estimateAt } from "@workspace/domain/test-utils"
import { sql } from "drizzle-orm"
import { Array, Context, DateTime, Deferred, Effect, Fiber, Layer, Option, Runtime } from "effect"
import { Database } from "../client.ts"
import * as ArchiveRepositoryPg from "../repositories/archive-repository.ts"
import * as ScoringRepositoryPg from "../repositories/scoring-repository.ts"
import * as SessionRepositoryPg from "../repositories/session-repository.ts"
import { layerEmbeddedInMemory, layerPostgres } from "../test-utils/layers.ts"
import { inTheQueue } from "./locked-session.ts"
import { eventually, reasonOf } from "./observe.ts"

const layer = Layer.mergeAll(ArchiveRepositoryPg.layer, ScoringRepositoryPg.layer, SessionRepositoryPg.layer)
const options = { timeout: "60 seconds" } as const

describeArchiveRepository(
  "ArchiveRepositoryPg on the embedded database",
  layer.pipe(Layer.provide(layerEmbeddedInMemory)),
  options
)

describeArchiveRepository(
  "ArchiveRepositoryPg on a PostgreSQL server",
  layer.pipe(Layer.provide(layerPostgres)),
  options
)

const now = DateTime.unsafeMake("2030-01-01T00:00:00.000Z")

/** A session that is being restored, and whose estimates, which come last, cannot be written before `released`. */
const half = Effect.gen(function* () {
  const { client, query } = yield* Database
  const archive = yield* ArchiveRepository
  const plain = archivedWith(1_000, { scoredThrough: 1_000 })
  const archived = { ...plain, estimates: [estimateAt(1)] }
  const [locked, release] = yield* Effect.all([Deferred.make<void>(), Deferred.make<void>()])
  const run = Runtime.runPromise(yield* Effect.runtime())
  const holder = yield* Effect.fork(
    query(() =>
      client.transaction(async (transaction) => {
        await transaction.execute(sql`lock table trait_estimates in access exclusive mode`)
        await run(Deferred.succeed(locked, undefined))
        await run(Deferred.await(release))
      })
    )
  )
  const released = Effect.zipRight(Deferred.succeed(release, undefined), Fiber.await(holder))
  yield* Effect.addFinalizer(() => released)
  yield* Deferred.await(locked)
  const { id } = archived.session
  const restore = archive.restore(archived, { id, owner: Option.none(), now })
  return {
    id,
    restore,
    isHalf: eventually(Effect.map(inTheQueue, (count) => count === 1)),
    released
  }
})

itWithLayer(layer.pipe(Layer.provideMerge(layerPostgres)), { ...options, excludeTestServices: true })(
  "two processes that restore one session at once",
  (it) => {
    it.scoped("store it once, and whole", () =>
      Effect.gen(function* () {
        const sessions = yield* SessionRepository
        const own = yield* ArchiveRepository
        const another = Context.get(
          yield* Layer.build(Layer.fresh(ArchiveRepositoryPg.layer)),
          ArchiveRepository
        )
        for (const count of [1, 700, 700]) {
          const { session, ...content } = archivedWith(count)
          const stored = yield* Effect.forEach(
            [own, another],
            (archive) =>
              archive.restore({ session, ...content }, { id: session.id, owner: Option.none(), now }),
            { concurrency: "unbounded" }
          )
          assert.lengthOf(Array.getSomes(stored), 1)
          assert.lengthOf((yield* sessions.load(asNobody, session.id)).messages, count)
        }
      })
    )
  }
)

itWithLayer(layer.pipe(Layer.provideMerge(layerPostgres)), { ...options, excludeTestServices: true })(
  "a restore that does not come to its end",
  (it) => {
    it.scoped("leaves nothing when its connection is lost, and can be made again", () =>
      Effect.gen(function* () {
        const { client, query } = yield* Database
        const sessions = yield* SessionRepository
        const { id, isHalf, released, restore } = yield* half
        const restoring = yield* Effect.fork(reasonOf(restore))
        yield* isHalf
        yield* query(() =>
          client.execute(
            sql`select pg_terminate_backend(pid) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`
          )
        )
        assert.match((yield* Fiber.join(restoring)) ?? "", /^(57P01|Connection terminated unexpectedly)$/)
        yield* released
        assert.isTrue(Option.isNone(yield* Effect.option(sessions.load(asNobody, id))))
        assert.isTrue(Option.isSome(yield* restore))
        assert.lengthOf((yield* sessions.load(asNobody, id)).messages, 1_000)
      })
    )

    it.scoped("leaves nothing when it is interrupted, and its connection is given back", () =>
      Effect.gen(function* () {
        const sessions = yield* SessionRepository
        for (const _ of [1, 2, 3]) {
          const { id, isHalf, released, restore } = yield* half
          const restoring = yield* Effect.fork(restore)
          yield* isHalf
          const interrupted = yield* Effect.fork(Fiber.interrupt(restoring))
          yield* released
          yield* Fiber.join(interrupted)
          assert.isTrue(Option.isNone(yield* Effect.option(sessions.load(asNobody, id))))
          assert.isTrue(Option.isSome(yield* restore))
        }
      })
    )

    it.scoped("leaves nothing when the database refuses a part of it, and that is a defect", () =>
      Effect.gen(function* () {
        const { client, query } = yield* Database
        const archive = yield* ArchiveRepository
        const sessions = yield* SessionRepository
        const archived = archivedWith(900)
        const [first] = archived.messages
        assert(first !== undefined)
        const id = archived.session.id
        const twice = { ...archived, messages: [...archived.messages, first] }
        for (const _ of [1, 2, 3]) {
          const exit = yield* Effect.exit(archive.restore(twice, { id, owner: Option.none(), now }))
          assert.strictEqual(exit._tag, "Failure")
          assert.isTrue(Option.isNone(yield* Effect.option(sessions.load(asNobody, id))))
        }
        const open = query(() => client.$count(sql`pg_stat_activity`, sql`state like 'idle in transaction%'`))
        yield* eventually(Effect.map(open, (count) => count === 0))
      })
    )
  }
)
