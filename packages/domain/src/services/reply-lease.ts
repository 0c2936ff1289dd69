import { Duration, Effect, Schedule } from "effect"
import { isStoreAway } from "../errors/unavailable.ts"

/** For how long a reply is its writer's from each thing that it stores. */
export const lease = Duration.seconds(15)

/** How long a writer stores nothing before it extends the lease. */
export const heartbeat = Duration.seconds(5)

/** A step is repeated while the store is away, for as long as the reply may still be the writer's. */
export const whileAway = <A>(step: Effect.Effect<A>): Effect.Effect<A> =>
  step.pipe(
    Effect.sandbox,
    Effect.retry({
      while: isStoreAway,
      schedule: Schedule.exponential("100 millis").pipe(Schedule.jittered, Schedule.upTo(lease))
    }),
    Effect.unsandbox
  )
