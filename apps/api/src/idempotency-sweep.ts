import { IdempotencyStore, sweptAtOnce } from "@workspace/domain"
import { DateTime, Effect, Layer } from "effect"
import { everyFewMinutes } from "./sweeping.ts"

/** Removes the idempotency keys whose time is over, now and every few minutes, until the scope closes. */
export const layer = Layer.scopedDiscard(
  Effect.flatMap(IdempotencyStore, (store) =>
    everyFewMinutes(Effect.flatMap(DateTime.now, store.sweep), {
      failure: "Idempotency keys could not be swept",
      hasMore: (swept) => swept >= sweptAtOnce
    })
  )
)
