import { Schedule } from "effect"

/** When to try again what goes on failing: after about a second, and then ever more rarely, down to once a minute. */
export const whileFailing = Schedule.exponential("1 second").pipe(
  Schedule.union(Schedule.spaced("1 minute")),
  Schedule.jittered
)
