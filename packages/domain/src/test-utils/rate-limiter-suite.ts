import { assert, layer as itWithLayer } from "@effect/vitest"
import { Duration, Effect, type Layer, TestClock, TestServices } from "effect"
import { RateLimiter } from "../ports/rate-limiter.ts"

interface Limits {
  readonly limit: number
  readonly window: Duration.Duration
}

let made = 0

/** The limiter as one caller sees it. */
const newCaller = Effect.map(RateLimiter, ({ consume }) => consume(`caller ${++made}`))

/**
 * The promises of `RateLimiter`, for every limiter that makes them.
 * @param base what is shared by all limiters of one store
 */
export const describeRateLimiter = <R, E>(
  name: string,
  base: Layer.Layer<R, E>,
  limiter: (limits: Limits) => Layer.Layer<RateLimiter, never, R>,
  options?: { readonly timeout?: Duration.DurationInput }
) => {
  const limits = (limit: number, window: Duration.DurationInput = "1 hour") =>
    limiter({ limit, window: Duration.decode(window) })

  itWithLayer(base, options)(name, (it) => {
    it.effect("allows as many requests as the limit says, and says how many are left", () =>
      Effect.gen(function* () {
        const consume = yield* newCaller
        const first = yield* consume
        assert.include(first, { allowed: true, limit: 3, windowSeconds: 3_600, remaining: 2 })
        assert.isAbove(first.resetSeconds, 3_000)
        assert.isAtMost(first.resetSeconds, 3_600)
        assert.include(yield* consume, { allowed: true, remaining: 1 })
        assert.include(yield* consume, { allowed: true, remaining: 0 })
        for (const refused of [yield* consume, yield* consume]) {
          assert.include(refused, { allowed: false, limit: 3, windowSeconds: 3_600, remaining: 0 })
          assert.isAbove(refused.resetSeconds, 3_000)
          assert.isAtMost(refused.resetSeconds, first.resetSeconds)
        }
      }).pipe(Effect.provide(limits(3)))
    )

    it.effect("allows no more when all come at once", () =>
      Effect.gen(function* () {
        const consume = yield* newCaller
        const outcomes = yield* Effect.replicateEffect(consume, 60, { concurrency: "unbounded" })
        assert.strictEqual(outcomes.filter(({ allowed }) => allowed).length, 20)
      }).pipe(Effect.provide(limits(20)))
    )

    it.effect("counts each caller by itself", () =>
      Effect.gen(function* () {
        const [one, other] = [yield* newCaller, yield* newCaller]
        assert.isTrue((yield* one).allowed)
        assert.isFalse((yield* one).allowed)
        assert.isTrue((yield* other).allowed)
      }).pipe(Effect.provide(limits(1)))
    )

    it.effect("takes the longest key", () =>
      Effect.gen(function* () {
        const { consume } = yield* RateLimiter
        const consumeLongest = consume("x".repeat(255))
        assert.include(yield* consumeLongest, { allowed: true, remaining: 1 })
        assert.include(yield* consumeLongest, { allowed: true, remaining: 0 })
      }).pipe(Effect.provide(limits(2)))
    )

    it.effect("begins anew in the next window", () =>
      Effect.gen(function* () {
        const consume = yield* newCaller
        yield* Effect.repeat(consume, { until: ({ allowed }) => !allowed })
        // A store may count by its own clock.
        const later = Effect.zipRight(
          TestServices.provideLive(Effect.sleep("50 millis")),
          TestClock.adjust("1 second")
        )
        yield* Effect.repeat(Effect.zipRight(later, consume), { until: ({ allowed }) => allowed })
      }).pipe(Effect.provide(limits(1, "1 second")))
    )
  })
}
