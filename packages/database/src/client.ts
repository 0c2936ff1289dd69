import { UnavailableError } from "@workspace/domain"
import type { PgDatabase, PgQueryResultHKT } from "drizzle-orm/pg-core"
import { Context, Effect } from "effect"
import {
  type DatabaseError,
  type MigrationError,
  toDatabaseError,
  unavailableReason
} from "./database-error.ts"

/** What the drivers of the server and of the embedded database have in common. */
export type Client = PgDatabase<PgQueryResultHKT>

/** A statement as PostgreSQL reads it. */
export interface Statement {
  /** Under which a server's connection keeps it prepared. */
  readonly name?: string
  readonly text: string
  readonly values?: Array<unknown>
}

/** Who listens. It is told at once, and takes no time. */
export interface Listener {
  readonly received: (payload: string) => void
  /** From now on it is told all; what was sent before may have been missed. */
  readonly began: () => void
  /** From now on it is told nothing, until that begins again. */
  readonly ended: () => void
}

export class Database extends Context.Tag("@workspace/database/Database")<
  Database,
  {
    /** Builds and prepares statements; they run through `query`. */
    readonly client: Client
    /**
     * For statements that copy whole sessions, which may take half a minute and not only seconds. On a server few of
     * them run at once, on connections of their own.
     */
    readonly copies: Client
    /**
     * Runs one statement to its end, also when the fiber is interrupted: a statement that the server has got
     * commits, and its connection goes back. A database that cannot be reached or is overloaded is no typed
     * error but the defect `UnavailableError`; a write may then have committed.
     */
    readonly query: <A>(run: () => Promise<A>) => Effect.Effect<A, DatabaseError>
    /** Sends a statement of a library that brings its own SQL. What it fails with may hold parameters. */
    readonly send: (statement: Statement) => Promise<{ readonly rows: ReadonlyArray<unknown> }>
    /**
     * Listens on a channel (`NOTIFY`) until it is interrupted. A connection that is lost is replaced, also one that is
     * lost without a word: within some ten seconds. Empty payloads are its own.
     */
    readonly listen: (channel: string, listener: Listener) => Effect.Effect<never>
    /** Applies the migrations that are missing. Any number of processes may do so at once. */
    readonly migrate: Effect.Effect<void, MigrationError>
  }
>() {}

const query = <A>(run: () => Promise<A>): Effect.Effect<A, DatabaseError> =>
  Effect.tryPromise({ try: run, catch: toDatabaseError }).pipe(
    Effect.catchAll((error) => {
      const reason = unavailableReason(error)
      return reason === undefined
        ? Effect.fail(error)
        : Effect.logWarning("The database is not available").pipe(
            Effect.annotateLogs({ reason }),
            Effect.zipRight(Effect.die(new UnavailableError({})))
          )
    }),
    Effect.uninterruptible
  )

/** The service over a driver of Drizzle. */
export const make = (
  driver: Omit<Context.Tag.Service<Database>, "query">
): Context.Tag.Service<Database> => ({ ...driver, query })

export { DatabaseError } from "./database-error.ts"
