import { existsSync } from "node:fs"
import { rename, rm } from "node:fs/promises"
import { join } from "node:path"
import type { PGlite, PGliteOptions } from "@electric-sql/pglite"
import { DirectoryError, lockDirectory } from "@workspace/locks"
import { TransactionRollbackError } from "drizzle-orm/errors"
import { type Context, Data, Deferred, Effect, FiberId, FiberSet, Layer } from "effect"
import { type Client, Database, make, type Transaction } from "./client.ts"
import { MigrationError, toDatabaseError } from "./database-error.ts"
import { migrationsFolder } from "./migrations-folder.ts"

/** Another process uses the database. Two would destroy each other's data. */
class DatabaseInUseError extends Data.TaggedError("DatabaseInUseError")<{
  readonly directory: string
  readonly pid: number
}> {
  override get message(): string {
    return (
      `${this.directory} is in use by process ${this.pid}. Stop that process (kill ${this.pid}), ` +
      "choose another directory, or set DATABASE_URL to a PostgreSQL server, which many processes may share."
    )
  }
}

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

type Run = <A>(effect: Effect.Effect<A>) => Promise<A>

/** The one connection is the transaction's until that ends. */
const beginOn = (database: Client, run: Run) => async (): Promise<Transaction> => {
  const begun = Deferred.unsafeMake<Client>(FiberId.none)
  const ended = Deferred.unsafeMake<"commit" | "rollback">(FiberId.none)
  const done = database.transaction(async (transaction) => {
    await run(Deferred.succeed(begun, transaction))
    if ((await run(Deferred.await(ended))) === "rollback") transaction.rollback()
  })
  const end = async (how: "commit" | "rollback") => {
    await run(Deferred.succeed(ended, how))
    await done
  }
  return {
    client: await Promise.race([run(Deferred.await(begun)), done.then(() => database)]),
    commit: () => end("commit"),
    rollBack: () =>
      end("rollback").catch((error: unknown) => {
        if (!(error instanceof TransactionRollbackError)) throw error
      })
  }
}

/**
 * The event loop turns once. Statements run in this process, and their promises and the fibers that wait for them are
 * microtasks all: without it nobody else has a turn between the first and the last of many.
 */
const turn = Effect.async<void>((resume) => {
  setImmediate(() => resume(Effect.void))
})

const serve = Effect.fnUntraced(function* (database: PGlite) {
  const { drizzle } = yield* Effect.promise(() => import("drizzle-orm/pglite"))
  const client = drizzle(database)
  return make({
    client,
    copies: client,
    after: turn,
    begin: beginOn(client, yield* FiberSet.makeRuntimePromise()),
    send: ({ text, values }) => database.query(text, values),
    listen: listenTo(database),
    migrate: migrateWith(database)
  })
})

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
}): Layer.Layer<Database, DatabaseInUseError | DirectoryError> =>
  Layer.scoped(
    Database,
    Effect.gen(function* () {
      const { directory } = options
      yield* lockDirectory(directory).pipe(
        Effect.catchTag("DirectoryLockedError", ({ pid }) => new DatabaseInUseError({ directory, pid }))
      )
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
