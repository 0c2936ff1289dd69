import { Clock, Effect, type Exit } from "effect"

/** Tells, when work has ended, how it did and after how many seconds. */
export const timed = <A, E, R>(
  work: Effect.Effect<A, E, R>,
  tell: (exit: Exit.Exit<A, E>, seconds: number) => void
): Effect.Effect<A, E, R> =>
  Effect.flatMap(Clock.currentTimeMillis, (start) =>
    Effect.onExit(work, (exit) =>
      Effect.map(Clock.currentTimeMillis, (end) => tell(exit, (end - start) / 1_000))
    )
  )
