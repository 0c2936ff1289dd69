import { Effect } from "effect"
import type { DatabaseError } from "../client.ts"
import { again, isTransient } from "./statement-retry.ts"

/** Runs a statement that lost a race again: what another wrote at the same instant it then sees. */
export const orAgain = <A>(run: Effect.Effect<A, DatabaseError>): Effect.Effect<A, DatabaseError> =>
  Effect.retry(run, { schedule: again, while: isTransient })
