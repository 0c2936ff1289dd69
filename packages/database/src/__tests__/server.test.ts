import { setTimeout } from "node:timers/promises"
import { assert, describe, it } from "@effect/vitest"
import { sql } from "drizzle-orm"
import { Array, Context, Deferred, Effect, Fiber, FiberId, Layer, Redacted, Runtime } from "effect"
import { Client } from "pg"
import { inject } from "vitest"
import { Database } from "../client.ts"
import { layerServer, type ServerOptions } from "../server.ts"
import { freshDatabase } from "../test-utils/databases.ts"
import { patientLimits } from "../test-utils/layers.ts"
import { eventually, reasonOf, recordLogs } from "./observe.ts"
import { silentServer } from "./silent-server.ts"

const connect = (url: string, options: Omit<ServerOptions, "url"> = {}) =>
  Effect.map(Layer.build(layerServer({ url: Redacted.make(url), ...options })), Context.get(Database))

/** A connection past the service, as another process would have. */
const watch = (url: string) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const client = new Client({ connectionString: url })
      await client.connect()
      return client
    }),
    (client) => Effect.promise(() => client.end())
  )

const run = (other: Client, statement: string) => Effect.promise(() => other.query(statement))

const one = <A>(rows: ReadonlyArray<A>) => Effect.orDie(Array.head(rows))

const backend = ({ client, query }: Context.Tag.Service<Database>) =>
  query(() => client.select({ pid: sql<number>`pg_backend_pid()` }).from(sql`(values (1)) as one`)).pipe(
    Effect.flatMap(one),
    Effect.map(({ pid }) => pid)
  )

/** Waits for as long as another connection holds the lock. */
const waitForLock = sql`select pg_advisory_lock(1)`

/** Comes back when somebody waits for the lock, or when the fiber that should has ended. */
const isWaiting = <A, E>(other: Client, fiber: Fiber.Fiber<A, E>) =>
  run(
    other,
    `select 1 from pg_locks join pg_database on pg_database.oid = pg_locks.database
     where locktype = 'advisory' and not granted and datname = current_database()`
  ).pipe(
    Effect.map(({ rowCount }) => rowCount === 1),
    eventually,
    Effect.raceFirst(Fiber.join(fiber))
  )

const sleep = ({ client, query }: Context.Tag.Service<Database>, seconds: number) =>
  query(() => client.execute(sql`select pg_sleep(${seconds})`))

const terminate =
  "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"

const terminateOthers = (other: Client) => run(other, terminate)

const database = Effect.suspend(() => freshDatabase(inject("postgresUrl")))

describe("layerServer", () => {
  it.scopedLive("gives up on a server that refuses connections", () =>
    Effect.gen(function* () {
      const service = yield* connect("postgres://user:secret@127.0.0.1:1/nowhere")
      assert.strictEqual(yield* reasonOf(backend(service)), "ECONNREFUSED")
    })
  )

  it.scopedLive("gives up on a server that does not answer", () =>
    Effect.gen(function* () {
      const { port } = yield* silentServer
      const service = yield* connect(`postgres://user:secret@127.0.0.1:${port}/nowhere`)
      const reason = yield* reasonOf(backend(service))
      assert.strictEqual(reason, "Connection terminated due to connection timeout")
    })
  )

  it.scopedLive("gives up waiting for a connection", () =>
    Effect.gen(function* () {
      const service = yield* connect(yield* database, { maxConnections: 1 })
      const [held, release] = yield* Effect.all([Deferred.make<void>(), Deferred.make<void>()])
      const runPromise = Runtime.runPromise(yield* Effect.runtime())
      const busy = yield* Effect.fork(
        service.query(() =>
          service.client.transaction(async () => {
            await runPromise(Deferred.succeed(held, undefined))
            await runPromise(Deferred.await(release))
          })
        )
      )
      yield* Deferred.await(held)
      assert.strictEqual(yield* reasonOf(backend(service)), "timeout exceeded when trying to connect")
      yield* Deferred.succeed(release, undefined)
      yield* Fiber.join(busy)
      yield* backend(service)
    })
  )

  it.scopedLive("has the server cancel a statement that takes too long, and keeps the connection", () =>
    Effect.gen(function* () {
      // The client waits far longer than for a server that stalls.
      const limits = { ...patientLimits, statement_timeout: 500 }
      const service = yield* connect(yield* database, { maxConnections: 1, limits })
      const before = yield* backend(service)
      assert.strictEqual(yield* reasonOf(sleep(service, 30)), "57014")
      assert.strictEqual(yield* backend(service), before)
    })
  )

  it.scopedLive("lets a copy take longer, on a connection that others do not wait for", () =>
    Effect.gen(function* () {
      const url = yield* database
      const other = yield* watch(url)
      const service = yield* connect(url, { maxConnections: 1 })
      yield* run(other, "select pg_advisory_lock(1)")
      const long = sql`select pg_sleep(3.2), pg_advisory_lock(1)`
      const copy = yield* Effect.fork(service.query(() => service.copies.execute(long)))
      yield* isWaiting(other, copy)
      yield* backend(service)
      assert.isNull(copy.unsafePoll())
      yield* run(other, "select pg_advisory_unlock(1)")
      yield* Fiber.join(copy)
    })
  )

  it.scopedLive("gives up a connection whose server does not even cancel", () =>
    Effect.gen(function* () {
      const service = yield* connect(yield* database, { maxConnections: 1 })
      const { client, query } = service
      const before = yield* backend(service)
      yield* query(() => client.execute(sql`set statement_timeout = 0`))
      assert.strictEqual(yield* reasonOf(sleep(service, 30)), "Query read timeout")
      assert.notStrictEqual(yield* backend(service), before)
    })
  )

  it.scopedLive("keeps the connection of a statement that was refused", () =>
    Effect.gen(function* () {
      const service = yield* connect(yield* database, { maxConnections: 1 })
      const before = yield* backend(service)
      const { client, query } = service
      const error = yield* Effect.flip(Effect.asVoid(query(() => client.execute(sql`select 1 / 0`))))
      assert.strictEqual(error.code, "22012")
      assert.strictEqual(yield* backend(service), before)
    })
  )

  it.scopedLive("survives the loss of idle connections, and logs it", () =>
    Effect.gen(function* () {
      const url = yield* database
      const logs = recordLogs()
      const service = yield* Effect.provide(connect(url, { limits: patientLimits }), logs.layer)
      const before = yield* Effect.all([backend(service), backend(service)], { concurrency: 2 })
      yield* terminateOthers(yield* watch(url))
      yield* eventually(Effect.sync(() => logs.lines.length === new Set(before).size))
      const expected = '[["An idle database connection was lost"],[["reason","57P01"]]]'
      assert.deepStrictEqual([...new Set(logs.lines)], [expected])
      assert.notInclude(before, yield* backend(service))
    })
  )

  it.scopedLive("survives the loss of a connection in use", () =>
    Effect.gen(function* () {
      const url = yield* database
      const other = yield* watch(url)
      const service = yield* connect(url, { maxConnections: 1, limits: patientLimits })
      yield* run(other, "select pg_advisory_lock(1)")
      const fiber = yield* Effect.fork(reasonOf(service.query(() => service.client.execute(waitForLock))))
      yield* isWaiting(other, fiber)
      yield* terminateOthers(other)
      assert.strictEqual(yield* Fiber.join(fiber), "57P01")
      yield* backend(service)
    })
  )

  it.scopedLive("survives the loss of a connection between two statements of a transaction", () =>
    Effect.gen(function* () {
      const url = yield* database
      const service = yield* connect(url, { maxConnections: 1, limits: patientLimits })
      const other = yield* watch(url)
      const transaction = service.query(() =>
        service.client.transaction(async (tx) => {
          await tx.execute(sql`select 1`)
          await other.query(terminate)
          await setTimeout(100)
          await tx.execute(sql`select 1`)
        })
      )
      assert.isDefined(yield* reasonOf(transaction))
      yield* backend(service)
    })
  )

  it.scopedLive("lets a statement in flight commit when it is interrupted", () =>
    Effect.gen(function* () {
      const url = yield* database
      const service = yield* connect(url, { maxConnections: 1, limits: patientLimits })
      const other = yield* watch(url)
      const { client, query } = service
      yield* query(() => client.execute(sql`create table kept (n integer)`))
      const before = yield* backend(service)
      yield* run(other, "select pg_advisory_lock(1)")
      const slow = sql`insert into kept select 1 from pg_advisory_lock(1)`
      const fiber = yield* Effect.fork(query(() => client.execute(slow)))
      yield* isWaiting(other, fiber)
      yield* fiber.interruptAsFork(FiberId.none)
      yield* Effect.sleep("50 millis")
      assert.isNull(fiber.unsafePoll())
      yield* run(other, "select pg_advisory_unlock(1)")
      yield* Fiber.await(fiber)
      const { rows } = yield* run(other, "select n from kept")
      assert.deepStrictEqual(rows, [{ n: 1 }])
      assert.strictEqual(yield* backend(service), before)
    })
  )

  it.scopedLive("sets up each connection, and closes them all", () =>
    Effect.gen(function* () {
      const url = yield* database
      const other = yield* watch(url)
      const connections = Effect.promise(() =>
        other.query(
          "select 1 from pg_stat_activity where application_name = 'the test' and datname = current_database()"
        )
      )
      yield* Effect.gen(function* () {
        const service = yield* connect(url, { maxConnections: 3, applicationName: "the test" })
        yield* Effect.all(Array.replicate(sleep(service, 0.1), 9), { concurrency: "unbounded" })
        const { rowCount } = yield* connections
        assert.strictEqual(rowCount, 3)
        const settings = yield* service.query(() =>
          service.client
            .select({
              cost: sql<string>`current_setting('random_page_cost')`,
              timeout: sql<string>`current_setting('statement_timeout')`,
              zone: sql<string>`current_setting('timezone')`
            })
            .from(sql`(values (1)) as one`)
        )
        assert.deepStrictEqual(settings, [{ cost: "1.1", timeout: "3s", zone: "UTC" }])
      }).pipe(Effect.scoped)
      yield* eventually(Effect.map(connections, ({ rowCount }) => rowCount === 0))
    })
  )
})
