import { existsSync } from "node:fs"
import { rename, rm } from "node:fs/promises"
import { join } from "node:path"
import type { PGlite, PGliteOptions } from "@electric-sql/pglite"
import { type Context, Effect, Layer } from "effect"
import { Database, make } from "./client.ts"
import { MigrationError, toDatabaseError } from "./database-error.ts"
import { DirectoryError, type DirectoryLockedError, lockDirectory } from "./directory-lock.ts"
import { migrationsFolder } from "./migrations-folder.ts"

// Only here, and only when it is used: a server's process never loads the 30 MB of the embedded database.
const create = async (options: PGliteOptions) => {
  const { PGlite } = await import("@electric-sql/pglite").catch((cause: unknown) => {
    throw new Error("the embedded database is not part of this build; set DATABASE_URL", { cause })
  })
  return PGlite.create(options)
}

const close = (database: PGlite) => Effect.promise(() => database.close())

const migrateWith = (database: PGlite) =>
  Effect.tryPromise({
    try: async () => {
      const { drizzle } = await import("drizzle-orm/pglite")
      const { migrate } = await import("drizzle-orm/pglite/migrator")
      await migrate(drizzle(database), { migrationsFolder })
    },
    catch: toDatabaseError
  }).pipe(
    Effect.uninterruptible,
    Effect.mapError(
      (cause) => new MigrationError({ message: `The migration failed: ${cause.message}`, cause })
    )
  )

const listenTo =
  (database: PGlite): Context.Tag.Service<Database>["listen"] =>
  (channel, { began, ended, received }) =>
    Effect.acquireUseRelease(
      Effect.promise(() => database.listen(channel, received)),
      () => Effect.zipRight(Effect.sync(began), Effect.never),
      (unlisten) =>
        Effect.zipRight(
          Effect.sync(ended),
          Effect.promise(() => unlisten())
        )
    )

const serve = (database: PGlite) =>
  Effect.map(
    Effect.promise(() => import("drizzle-orm/pglite")),
    ({ drizzle }) => {
      const client = drizzle(database)
      return make({
        client,
        copies: client,
        send: ({ text, values }) => database.query(text, values),
        listen: listenTo(database),
        migrate: migrateWith(database)
      })
    }
  )

/** Opens the folder `postgres`. A first start that is killed leaves no half-made one. */
const open = async (directory: string) => {
  const dataDir = join(directory, "postgres")
  if (!existsSync(dataDir)) {
    const unfinished = `${dataDir}.new`
    await rm(unfinished, { recursive: true, force: true })
    const database = await create({ dataDir: unfinished })
    await database.close()
    await rename(unfinished, dataDir)
  }
  return create({ dataDir })
}

/**
 * PostgreSQL inside this process, with its files in `<directory>/postgres`; the directory is made when it is
 * missing. One process at a time. It survives a killed process, not a power cut: it does not sync.
 */
export const layerEmbedded = (options: {
  readonly directory: string
}): Layer.Layer<Database, DirectoryLockedError | DirectoryError> =>
  Layer.scoped(
    Database,
    Effect.gen(function* () {
      const { directory } = options
      yield* lockDirectory(directory)
      const database = yield* Effect.acquireRelease(
        Effect.tryPromise({
          try: () => open(directory),
          catch: (cause) => new DirectoryError({ directory, cause })
        }),
        close
      )
      return yield* serve(database)
    })
  )

/**
 * PostgreSQL inside this process, without files: gone when the scope closes.
 * @param options.dump what `dumpDataDir` of another one returned; an empty database without it
 */
export const layerInMemory = (options: { readonly dump?: Blob } = {}): Layer.Layer<Database> =>
  Layer.scoped(
    Database,
    Effect.acquireRelease(
      Effect.promise(() => create(options.dump === undefined ? {} : { loadDataDir: options.dump })),
      close
    ).pipe(Effect.flatMap(serve))
  )
