import { randomUUID } from "node:crypto"
import { readFile, rename, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { PGlite } from "@electric-sql/pglite"
import { drizzle } from "drizzle-orm/pglite"
import { migrate } from "drizzle-orm/pglite/migrator"
import { Effect, Layer, Redacted } from "effect"
import { inject } from "vitest"
import type { Database } from "../client.ts"
import type { MigrationError } from "../database-error.ts"
import { layerInMemory } from "../embedded.ts"
import { layerMigrated } from "../migrate.ts"
import { migrationsFolder } from "../migrations-folder.ts"
import { layerServer, type ServerLimits } from "../server.ts"
import { freshDatabase } from "./databases.ts"
import type { PostgresServerError } from "./server-user.ts"

declare module "vitest" {
  // From global-setup.ts.
  interface ProvidedContext {
    /** The run's PostgreSQL. Take a database of your own with `freshDatabase` or `layerPostgres`. */
    readonly postgresUrl: string
    /** Where the workers of the run share the dump of a migrated embedded database. */
    readonly templateDirectory: string
  }
}

/** So long that no stall of a busy machine fails a test that is not about time limits. */
export const patientLimits: ServerLimits = {
  connectionTimeoutMillis: 50_000,
  statement_timeout: 50_000,
  query_timeout: 55_000
}

/** A migrated database of its own on the run's PostgreSQL, dropped afterwards. Its statements may take long. */
export const layerPostgres: Layer.Layer<Database, PostgresServerError | MigrationError> = Layer.unwrapScoped(
  Effect.suspend(() => freshDatabase(inject("postgresUrl"))).pipe(
    Effect.map((url) =>
      Layer.provideMerge(layerMigrated, layerServer({ url: Redacted.make(url), limits: patientLimits }))
    )
  )
)

const makeDump = async () => {
  const database = await PGlite.create()
  await migrate(drizzle(database), { migrationsFolder })
  const dump = await database.dumpDataDir("none")
  await database.close()
  return Buffer.from(await dump.arrayBuffer())
}

// Creating and migrating takes seconds, loading the dump a third of one.
const readDump = async () => {
  const file = join(inject("templateDirectory"), "migrated.tar")
  const found = await readFile(file).catch(() => undefined)
  if (found !== undefined) return new Blob([found])
  const made = await makeDump()
  const part = `${file}.${randomUUID()}`
  await writeFile(part, made)
  await rename(part, file)
  return new Blob([made])
}

/** A migrated embedded database of its own, in memory. It takes half a gigabyte: one per test file. */
export const layerEmbeddedInMemory: Layer.Layer<Database> = Layer.unwrapEffect(
  Effect.map(Effect.promise(readDump), (dump) => layerInMemory({ dump }))
)
