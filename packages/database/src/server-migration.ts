import { drizzle } from "drizzle-orm/node-postgres"
import { migrate } from "drizzle-orm/node-postgres/migrator"
import { type Duration, Effect, Redacted, Schedule } from "effect"
import { Client } from "pg"
import { type DatabaseError, MigrationError, toDatabaseError, unavailableReason } from "./database-error.ts"
import { migrationsFolder } from "./migrations-folder.ts"

// One number for all processes that migrate; nothing else in the database uses it.
const lockKey = 1_112_098_629

const attempt = <A>(run: () => Promise<A>) => Effect.tryPromise({ try: run, catch: toDatabaseError })

// A connection of its own: it has no statement timeout, and its end gives the advisory lock back.
const connect = (url: Redacted.Redacted) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const client = new Client({
        connectionString: Redacted.value(url),
        application_name: "big-ocean-migrate",
        connectionTimeoutMillis: 5_000,
        keepAlive: true
      })
      client.on("error", () => undefined)
      return client
    }),
    (client) => Effect.promise(() => client.end())
  ).pipe(Effect.tap((client) => attempt(() => client.connect())))

const migrateOnce = (url: Redacted.Redacted) =>
  Effect.scoped(
    Effect.gen(function* () {
      const client = yield* connect(url)
      // Also for the tables: a migration that waits for one would hold up everybody behind it.
      yield* attempt(() => client.query("set lock_timeout = '200ms'"))
      yield* attempt(() => client.query("select pg_advisory_lock($1)", [lockKey]))
      yield* attempt(() => migrate(drizzle(client), { migrationsFolder }))
    })
  )

const isPassing = (error: DatabaseError) => unavailableReason(error) !== undefined

/**
 * Waits for the server, for other processes that migrate, and for statements that hold a table.
 * @param patience how long in all; 30 seconds by default. A running migration has no limit.
 */
export const migrateServer = (
  url: Redacted.Redacted,
  patience: Duration.DurationInput = "30 seconds"
): Effect.Effect<void, MigrationError> =>
  migrateOnce(url).pipe(
    Effect.catchIf(isPassing, (error) =>
      Effect.logInfo("The migration waits for the database").pipe(
        Effect.annotateLogs({ reason: unavailableReason(error) }),
        Effect.zipRight(Effect.sleep("100 millis")),
        Effect.zipRight(
          Effect.retry(migrateOnce(url), {
            while: isPassing,
            schedule: Schedule.jittered(Schedule.spaced("200 millis")).pipe(Schedule.upTo(patience))
          })
        )
      )
    ),
    Effect.mapError((cause) => {
      const reason = unavailableReason(cause)
      const message =
        reason === undefined
          ? `The migration failed: ${cause.message}`
          : `The migration could not begin: ${reason}`
      return new MigrationError({ message, cause })
    })
  )
