import { Effect, Schedule } from "effect"
import type { DatabaseError } from "../client.ts"

/** Unique violation, serialization failure, deadlock: the same statement comes out right when run again. */
const isTransient = ({ code }: DatabaseError) => code === "23505" || code === "40001" || code === "40P01"

const again = Schedule.exponential("10 millis").pipe(
  Schedule.jittered,
  Schedule.intersect(Schedule.recurs(2))
)

/**
 * Runs a statement that lost a race again, three times at most: what another wrote at the same instant it then sees. One
 * that never loses, as nearly all, pays nothing for it.
 */
export const orAgain = <A>(run: Effect.Effect<A, DatabaseError>): Effect.Effect<A, DatabaseError> =>
  Effect.catchIf(run, isTransient, () =>
    Effect.zipRight(Effect.sleep("5 millis"), Effect.retry(run, { schedule: again, while: isTransient }))
  )
