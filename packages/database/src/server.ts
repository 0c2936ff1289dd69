import { drizzle } from "drizzle-orm/node-postgres"
import { Effect, Fiber, FiberSet, Layer, Redacted } from "effect"
import { Pool, type QueryArrayConfig, type QueryConfig, DatabaseError as ServerReport } from "pg"
import { Database, make, type Transaction } from "./client.ts"
import { toDatabaseError, unavailableReason } from "./database-error.ts"
import { makeListen } from "./server-listener.ts"
import { migrateServer } from "./server-migration.ts"

/** In milliseconds: for a connection, for a statement on the server, and for its answer. */
export interface ServerLimits {
  readonly connectionTimeoutMillis: number
  readonly statement_timeout: number
  readonly query_timeout: number
}

export interface ServerOptions {
  readonly url: Redacted.Redacted
  /**
   * Connections of this process for statements; 10 by default. One more is for listening, if anybody does, and at most
   * two more for copies.
   */
  readonly maxConnections?: number
  /** Shown in `pg_stat_activity`; with `-listen` for the connection that listens. */
  readonly applicationName?: string
  /** For all connections; by default 2 seconds for a connection, 3 for a statement, and 30 for a copy. */
  readonly limits?: ServerLimits
}

// Each limit is a little longer than the one before it, so that the most precise one answers.
const usualLimits: ServerLimits = {
  connectionTimeoutMillis: 2_000,
  statement_timeout: 3_000,
  query_timeout: 4_000
}

/** A text index takes seconds for the words of thousands of messages. */
const copyLimits: ServerLimits = { ...usualLimits, statement_timeout: 30_000, query_timeout: 31_000 }

const connection = (
  { applicationName = "big-ocean", limits = usualLimits, url }: ServerOptions,
  suffix = ""
) => ({
  ...limits,
  connectionString: Redacted.value(url),
  application_name: `${applicationName}${suffix}`,
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000
})

const makePool = (options: ServerOptions) =>
  new Pool({
    ...connection(options),
    max: options.maxConnections ?? 10,
    idleTimeoutMillis: 30_000,
    // At the default of 4 the planner sorts a session's messages instead of reading them in order; instants are written
    // fastest in UTC.
    options: "-c random_page_cost=1.1 -c timezone=UTC"
  })

/**
 * The pool's own `query` closes the connection after every refused statement. A statement that the server
 * refused in good order leaves its connection as it was; all other failures close it.
 */
const keepConnections = (pool: Pool) =>
  Object.assign(pool, {
    query: async (config: QueryConfig | QueryArrayConfig, values?: Array<unknown>) => {
      const client = await pool.connect()
      try {
        const result = await client.query(config, values)
        client.release()
        return result
      } catch (error) {
        client.release(!(error instanceof ServerReport && error.severity === "ERROR"))
        throw error
      }
    }
  })

const acquirePool = (options: ServerOptions) =>
  Effect.acquireRelease(
    Effect.gen(function* () {
      const run = yield* FiberSet.makeRuntime()
      const pool = makePool(options)
      // Without a listener the loss of a connection would end the process.
      pool.on("error", (error) => {
        const failure = toDatabaseError(error)
        run(
          Effect.logWarning("An idle database connection was lost").pipe(
            Effect.annotateLogs({ reason: unavailableReason(failure) ?? failure.message })
          )
        )
      })
      // The pool does not listen while a connection is in use; the statement on it fails with the same error.
      pool.on("connect", (client) => client.on("error", () => undefined))
      return keepConnections(pool)
    }),
    (pool) =>
      // Statements in flight end within their limits; a peer that vanished must not hold up the stop.
      Effect.promise(() => pool.end()).pipe(
        Effect.timeoutOption("6 seconds"),
        // On a fiber of its own: the one that releases cannot be interrupted, not even by a time limit.
        Effect.interruptible,
        Effect.forkDaemon,
        Effect.flatMap(Fiber.join)
      )
  )

const beginOn = (pool: Pool) => async (): Promise<Transaction> => {
  const connection = await pool.connect()
  const run = async (statement: string) => {
    try {
      await connection.query(statement)
    } catch (error) {
      connection.release(true)
      throw error
    }
  }
  await run("begin")
  return {
    client: drizzle(connection),
    commit: async () => {
      await run("commit")
      connection.release()
    },
    // The server rolls back what a closed connection leaves, in whatever state it is.
    rollBack: async () => connection.release(true)
  }
}

/** A PostgreSQL server. Connections are made when they are needed: building the layer does not ask the server. */
export const layerServer = (options: ServerOptions): Layer.Layer<Database> =>
  Layer.scoped(
    Database,
    Effect.gen(function* () {
      const pool = yield* acquirePool(options)
      const copies = yield* acquirePool({ limits: copyLimits, ...options, maxConnections: 2 })
      return make({
        client: drizzle(pool),
        copies: drizzle(copies),
        begin: beginOn(copies),
        send: (statement) => pool.query(statement),
        listen: makeListen(connection(options, "-listen")),
        migrate: migrateServer(options.url)
      })
    })
  )
