import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { max } from "drizzle-orm"
import { bigint, pgSchema } from "drizzle-orm/pg-core"
import { Array, Effect, Layer, Option, Schema } from "effect"
import { Database } from "./client.ts"
import type { DatabaseError, MigrationError } from "./database-error.ts"
import { migrationsFolder } from "./migrations-folder.ts"

const applied = pgSchema("drizzle").table("__drizzle_migrations", {
  createdAt: bigint("created_at", { mode: "number" })
})

const Journal = Schema.parseJson(
  Schema.Struct({ entries: Schema.Array(Schema.Struct({ when: Schema.Number })) })
)

const newest = Effect.tryPromise(() =>
  readFile(join(migrationsFolder, "meta", "_journal.json"), "utf8")
).pipe(
  Effect.flatMap(Schema.decode(Journal)),
  Effect.map(({ entries }) => Math.max(0, ...entries.map(({ when }) => when))),
  // The folder is a part of the program.
  Effect.orDie
)

// undefined_table, invalid_schema_name: nothing was ever applied.
const isUntouched = (error: DatabaseError) => error.code === "42P01" || error.code === "3F000"

/**
 * Whether the schema is at least as new as this program's migrations. One query. A schema that a newer
 * release has migrated already is fine: migrations are made so that the release before them goes on working.
 */
export const isMigrated: Effect.Effect<boolean, DatabaseError, Database> = Effect.gen(function* () {
  const { client, query } = yield* Database
  const wanted = yield* newest
  const rows = yield* query(() => client.select({ last: max(applied.createdAt) }).from(applied)).pipe(
    Effect.catchIf(isUntouched, () => Effect.succeed([]))
  )
  return Option.exists(Array.head(rows), ({ last }) => last !== null && last >= wanted)
})

/** Applies the migrations that are missing. */
export const migrate: Effect.Effect<void, MigrationError, Database> = Effect.flatMap(
  Database,
  (database) => database.migrate
)

/** Applies the migrations that are missing while it is built. */
export const layerMigrated: Layer.Layer<never, MigrationError, Database> = Layer.effectDiscard(migrate)
