import { IdempotencyStore, sweptAtOnce } from "@workspace/domain"
import { DateTime, Effect, Layer, Schedule } from "effect"

// Replicas that start together do not sweep together.
const rhythm = Schedule.jittered(Schedule.spaced("5 minutes"))

/** Removes the idempotency keys whose time is over, now and every few minutes, until the scope closes. */
export const layer = Layer.scopedDiscard(
  Effect.gen(function* () {
    const store = yield* IdempotencyStore
    yield* Effect.flatMap(DateTime.now, store.sweep).pipe(
      Effect.repeat({ while: (swept) => swept >= sweptAtOnce }),
      Effect.catchAllCause((cause) => Effect.logWarning("Idempotency keys could not be swept", cause)),
      Effect.repeat(rhythm),
      Effect.forkScoped
    )
  })
)
