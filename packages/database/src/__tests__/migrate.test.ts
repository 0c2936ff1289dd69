import { assert, describe, it } from "@effect/vitest"
import { sql } from "drizzle-orm"
import { Array, Context, Effect, Fiber, Layer, Redacted } from "effect"
import { Client } from "pg"
import { inject } from "vitest"
import { Database } from "../client.ts"
import { isMigrated, migrate } from "../migrate.ts"
import { layerServer } from "../server.ts"
import { migrateServer } from "../server-migration.ts"
import { freshDatabase } from "../test-utils/databases.ts"
import { layerEmbeddedInMemory, layerPostgres, patientLimits } from "../test-utils/layers.ts"

const database = Effect.suspend(() => freshDatabase(inject("postgresUrl")))

const connect = (url: string) => layerServer({ url: Redacted.make(url) })

const isMigratedAt = (url: string) =>
  Effect.provide(isMigrated, layerServer({ url: Redacted.make(url), limits: patientLimits }))

const session = (url: string) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const client = new Client({ connectionString: url })
      await client.connect()
      return client
    }),
    (client) => Effect.promise(() => client.end())
  )

const run = (client: Client, statement: string) => Effect.promise(() => client.query(statement))

describe("migrate", () => {
  it.scopedLive("lets three processes that start together on an empty database all succeed", () =>
    Effect.gen(function* () {
      const url = yield* database
      const replicas = yield* Effect.all(Array.replicate(Layer.build(connect(url)), 3))
      yield* Effect.all(
        replicas.map((replica) => Effect.provide(migrate, replica)),
        { concurrency: "unbounded" }
      )
      const { rows } = yield* run(
        yield* session(url),
        "select count(*)::int as times from drizzle.__drizzle_migrations group by hash"
      )
      assert.deepStrictEqual([...new Set(rows.map(({ times }) => times))], [1])
      yield* migrate.pipe(Effect.provide(connect(url)))
    })
  )

  it.scopedLive("waits for another process that migrates", () =>
    Effect.gen(function* () {
      const url = yield* database
      const other = yield* session(url)
      yield* run(other, "select pg_advisory_lock(1112098629)")
      const fiber = yield* Effect.fork(migrateServer(Redacted.make(url)))
      yield* Effect.sleep("1 second")
      assert.isNull(fiber.unsafePoll())
      yield* run(other, "select pg_advisory_unlock(1112098629)")
      yield* Fiber.join(fiber)
      assert.isTrue(yield* isMigratedAt(url))
    })
  )

  it.scopedLive("holds nobody up behind a table that is in use", () =>
    Effect.gen(function* () {
      const url = yield* database
      const other = yield* session(url)
      yield* run(other, "create schema drizzle")
      yield* run(
        other,
        "create table drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint)"
      )
      yield* run(other, "begin; lock table drizzle.__drizzle_migrations")
      const error = yield* Effect.flip(migrateServer(Redacted.make(url), "500 millis"))
      assert.strictEqual(error.message, "The migration could not begin: 55P03")
      yield* run(other, "rollback")
      yield* migrateServer(Redacted.make(url))
    })
  )

  it.scopedLive("may take longer than a statement of a request", () =>
    Effect.gen(function* () {
      const url = yield* database
      const other = yield* session(url)
      yield* run(other, "create schema drizzle")
      yield* run(
        other,
        "create table drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint)"
      )
      yield* run(
        other,
        "create function slow() returns trigger language plpgsql as 'begin perform pg_sleep(4.5); return new; end'"
      )
      yield* run(
        other,
        "create trigger slow before insert on drizzle.__drizzle_migrations for each row when (new.id = 1) execute function slow()"
      )
      yield* Effect.provide(migrate, connect(url))
      assert.isTrue(yield* isMigratedAt(url))
    })
  )

  it.scopedLive("says that the server cannot be reached, without its password", () =>
    Effect.gen(function* () {
      const url = Redacted.make("postgres://user:secret@127.0.0.1:1/nowhere")
      const error = yield* Effect.flip(migrateServer(url, "500 millis"))
      assert.strictEqual(error.message, "The migration could not begin: ECONNREFUSED")
      assert.notInclude(String(error.cause), "secret")
    })
  )

  it.scopedLive("fails at once when the database refuses a migration", () =>
    Effect.gen(function* () {
      const url = yield* database
      yield* run(yield* session(url), "create table sessions (id text)")
      const error = yield* Effect.flip(migrateServer(Redacted.make(url)))
      assert.strictEqual(error.cause.code, "42P07")
      assert.isFalse(yield* isMigratedAt(url))
    })
  )
})

for (const [name, migrated] of [
  ["server", layerPostgres],
  ["embedded", layerEmbeddedInMemory]
] as const) {
  describe(`isMigrated on the ${name}`, () => {
    it.scopedLive("follows the applied migrations", () =>
      Effect.gen(function* () {
        const context = yield* Layer.build(migrated)
        const { client, query } = Context.get(context, Database)
        const check = Effect.provide(isMigrated, context)
        const execute = (statement: ReturnType<typeof sql>) => query(() => client.execute(statement))
        assert.isTrue(yield* check)
        yield* execute(
          sql`insert into drizzle.__drizzle_migrations (hash, created_at) values ('newer', 99999999999999)`
        )
        assert.isTrue(yield* check)
        yield* execute(sql`update drizzle.__drizzle_migrations set created_at = 1`)
        assert.isFalse(yield* check)
        yield* execute(sql`delete from drizzle.__drizzle_migrations`)
        assert.isFalse(yield* check)
        yield* execute(sql`drop schema drizzle cascade`)
        assert.isFalse(yield* check)
      })
    )
  })
}
