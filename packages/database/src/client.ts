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

/** A transaction that has begun, on a connection of its own. Either is done once. */
export interface Transaction {
  readonly client: Client
  readonly commit: () => Promise<void>
  readonly rollBack: () => Promise<void>
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
    /**
     * Runs statements in one transaction on a connection of `copies`: all of them commit, or none where one fails or the
     * fiber is interrupted between two. Each goes through `query`, on the client that is given. On the embedded
     * database everybody else waits for the end of it.
     */
    readonly transaction: <A, E, R>(
      use: (client: Client) => Effect.Effect<A, E, R>
    ) => Effect.Effect<A, E | DatabaseError, R>
    /** Sends a statement of a library that brings its own SQL. What it fails with may hold parameters. */
    readonly send: (statement: Statement) => Promise<{ readonly rows: Array<unknown> }>
    /**
     * Listens on a channel (`NOTIFY`) until it is interrupted. A connection that is lost is replaced, also one that is
     * lost without a word: within some ten seconds. Empty payloads are its own.
     */
    readonly listen: (channel: string, listener: Listener) => Effect.Effect<never>
    /** Applies the migrations that are missing. Any number of processes may do so at once. */
    readonly migrate: Effect.Effect<void, MigrationError>
  }
>() {}

type Query = Context.Tag.Service<Database>["query"]

const notAvailable = (error: DatabaseError): Effect.Effect<never, DatabaseError> => {
  const reason = unavailableReason(error)
  return reason === undefined
    ? Effect.fail(error)
    : Effect.logWarning("The database is not available").pipe(
        Effect.annotateLogs({ reason }),
        Effect.zipRight(Effect.die(new UnavailableError({})))
      )
}

// In one step: it is part of every request, several times of some.
const queryWith =
  (after: Effect.Effect<void>): Query =>
  <A>(run: () => Promise<A>) =>
    Effect.uninterruptible(
      Effect.async<A, DatabaseError>((resume) => {
        const ended = (result: Effect.Effect<A, DatabaseError>) =>
          resume(after === Effect.void ? result : Effect.zipRight(after, result))
        const failed = (error: unknown) => ended(notAvailable(toDatabaseError(error)))
        try {
          run().then((rows) => ended(Effect.succeed(rows)), failed)
        } catch (error) {
          failed(error)
        }
      })
    )

const transactionWith =
  (query: Query, begin: () => Promise<Transaction>): Context.Tag.Service<Database>["transaction"] =>
  (use) =>
    Effect.uninterruptibleMask((restore) =>
      Effect.flatMap(query(begin), ({ client, commit, rollBack }) =>
        restore(use(client)).pipe(
          Effect.onError(() => Effect.promise(rollBack)),
          Effect.tap(query(commit))
        )
      )
    )

interface Driver extends Omit<Context.Tag.Service<Database>, "query" | "transaction"> {
  readonly begin: () => Promise<Transaction>
  /** What comes after each statement. */
  readonly after?: Effect.Effect<void>
}

/** The service over a driver of Drizzle. */
export const make = ({ after = Effect.void, begin, ...driver }: Driver): Context.Tag.Service<Database> => {
  const query = queryWith(after)
  return { ...driver, query, transaction: transactionWith(query, begin) }
}

export { DatabaseError } from "./database-error.ts"
