import { Clock, Duration, Effect, HashMap, Layer, Option, Ref } from "effect"
import { RateLimiter } from "../ports/rate-limiter.ts"

interface Window {
  readonly consumed: number
  readonly end: number
}

/** Counts by the clock of Effect, which tests can set. */
export const layer = (options: { readonly limit: number; readonly window: Duration.Duration }) =>
  Layer.effect(
    RateLimiter,
    Effect.gen(function* () {
      const windows = yield* Ref.make(HashMap.empty<string, Window>())
      const { limit } = options
      const millis = Duration.toMillis(options.window)

      const consume = Effect.fnUntraced(function* (key: string) {
        const now = yield* Clock.currentTimeMillis
        const { consumed, end } = yield* Ref.modify(windows, (all) => {
          const { consumed, end } = HashMap.get(all, key).pipe(
            Option.filter((window) => window.end > now),
            Option.getOrElse((): Window => ({ consumed: 0, end: now + millis }))
          )
          const next = { consumed: consumed + 1, end }
          return [next, HashMap.set(all, key, next)]
        })
        return {
          allowed: consumed <= limit,
          limit,
          windowSeconds: millis / 1_000,
          remaining: Math.max(0, limit - consumed),
          resetSeconds: Math.ceil((end - now) / 1_000)
        }
      })
      return { consume }
    })
  )
