import { Effect, Schedule } from "effect"

// Replicas that start together do not sweep together.
const rhythm = Schedule.jittered(Schedule.spaced("5 minutes"))

/**
 * Sweeps now and every few minutes until the scope closes, each time again while there is more; `sweep` says how much
 * it removed. One that fails is logged and tried again at the next time.
 */
export const everyFewMinutes = (
  sweep: Effect.Effect<number>,
  { failure, hasMore }: { readonly failure: string; readonly hasMore: (swept: number) => boolean }
) =>
  sweep.pipe(
    Effect.repeat({ while: hasMore }),
    Effect.catchAllCause((cause) => Effect.logWarning(failure, cause)),
    Effect.repeat(rhythm),
    Effect.forkScoped
  )
