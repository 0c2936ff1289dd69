import { Schedule } from "effect"
import type { DatabaseError } from "../client.ts"

/** Unique violation, serialization failure, deadlock: the same statement comes out right when run again. */
export const isTransient = ({ code }: DatabaseError) =>
  code === "23505" || code === "40001" || code === "40P01"

export const again = Schedule.exponential("5 millis").pipe(
  Schedule.jittered,
  Schedule.intersect(Schedule.recurs(3))
)
