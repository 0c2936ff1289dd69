import { Effect } from "effect"
import { Pool } from "pg"

/**
 * Connections of the test's own to a database, closed with the scope. The pool does not wait for them to be closed: the database that is
 * dropped next may still tell them so.
 */
export const poolOf = (url: string) =>
  Effect.acquireRelease(
    Effect.sync(() => new Pool({ connectionString: url, max: 16 })),
    (pool) => Effect.promise(() => pool.on("error", () => undefined).end())
  )
