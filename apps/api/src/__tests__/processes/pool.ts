import { Effect } from "effect"
import { Pool } from "pg"

/** Connections of the test's own to a database, closed with the scope. */
export const poolOf = (url: string) =>
  Effect.acquireRelease(
    Effect.sync(() => new Pool({ connectionString: url, max: 16 })),
    (pool) => Effect.promise(() => pool.end())
  )
