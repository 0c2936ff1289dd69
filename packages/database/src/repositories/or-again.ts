import { Effect, Schedule } from "effect"
import type { DatabaseError } from "../client.ts"

/** Unique violation, serialization failure, deadlock: the same statement comes out right when run again. */
const isTransient = ({ code }: DatabaseError) => code === "23505" || code === "40001" || code === "40P01"

const again = Schedule.exponential("5 millis").pipe(Schedule.jittered, Schedule.intersect(Schedule.recurs(3)))

/** Runs a statement that lost a race again: what another wrote at the same instant it then sees. */
export const orAgain = <A>(run: Effect.Effect<A, DatabaseError>): Effect.Effect<A, DatabaseError> =>
  Effect.retry(run, { schedule: again, while: isTransient })
