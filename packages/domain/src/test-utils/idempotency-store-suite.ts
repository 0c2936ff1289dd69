import { assert, layer as itWithLayer } from "@effect/vitest"
import { Array, DateTime, Duration, Effect, type Layer } from "effect"
import { IdempotencyStore } from "../ports/idempotency-store.ts"
import { Attempt } from "../types/idempotency.ts"

const start = DateTime.unsafeMake("2030-01-01T00:00:00.000Z")
const after = (duration: Duration.DurationInput) => DateTime.addDuration(start, duration)
const lease = Duration.seconds(30)
const answer = {
  status: 201,
  headers: { "content-type": "application/json", location: "/ä" },
  body: '{"text":"👩‍👩‍👧‍👦 \\u0000 \' "}'
}
const mismatch = Attempt.Mismatch()
const replay = Attempt.Replay({ answer })

let made = 0

/** The store as one key of a scope sees it. */
const newKey = Effect.map(IdempotencyStore, (store) => {
  const [scope, key] = ["a user", `key ${++made}`]
  return {
    scope,
    key,
    begin: (now = start, requestHash = "a") => store.begin(scope, key, { requestHash, now, lease }),
    finish: store.finish(scope, key, answer),
    abandon: store.abandon(scope, key)
  }
})

const seedOf = (attempt: Attempt) => {
  assert(Attempt.$is("Fresh")(attempt), attempt._tag)
  return attempt.seed
}

/** All at once; gives the seed of the only one that may run. */
const race = <E>(begin: Effect.Effect<Attempt, E>) =>
  Effect.map(Effect.replicateEffect(begin, 50, { concurrency: "unbounded" }), (attempts) => {
    const [fresh, ...others] = attempts.filter(Attempt.$is("Fresh"))
    assert.strictEqual(others.length, 0)
    assert.strictEqual(attempts.filter(Attempt.$is("Running")).length, 49)
    return fresh?.seed
  })

/** The promises of `IdempotencyStore`, for every store that makes them. */
export const describeIdempotencyStore = <E>(
  name: string,
  layer: Layer.Layer<IdempotencyStore, E>,
  options?: { readonly timeout?: Duration.DurationInput }
) => {
  itWithLayer(layer, { ...options, excludeTestServices: true })(name, (it) => {
    it.effect("runs a request once, and then gives its answer", () =>
      Effect.gen(function* () {
        const { begin, finish } = yield* newKey
        const seed = seedOf(yield* begin())
        assert.isAtLeast(seed.length, 1)
        assert.deepStrictEqual(yield* begin(), Attempt.Running({ retryAfterSeconds: 30 }))
        assert.deepStrictEqual(
          yield* begin(after("10.5 seconds")),
          Attempt.Running({ retryAfterSeconds: 20 })
        )
        assert.deepStrictEqual(
          yield* begin(after("29.999 seconds")),
          Attempt.Running({ retryAfterSeconds: 1 })
        )
        yield* finish
        for (const now of [start, after("1 minute"), after("23 hours")]) {
          assert.deepStrictEqual(yield* begin(now), replay)
        }
      })
    )

    it.effect("refuses another request under the key, in whichever state", () =>
      Effect.gen(function* () {
        const { abandon, begin, finish } = yield* newKey
        yield* begin()
        assert.deepStrictEqual(yield* begin(start, "b"), mismatch)
        assert.deepStrictEqual(yield* begin(after("1 minute"), "b"), mismatch)
        yield* abandon
        assert.deepStrictEqual(yield* begin(start, "b"), mismatch)
        seedOf(yield* begin())
        yield* finish
        assert.deepStrictEqual(yield* begin(start, "b"), mismatch)
        assert.deepStrictEqual(yield* begin(), replay)
      })
    )

    it.effect("keeps keys and scopes apart", () =>
      Effect.gen(function* () {
        const store = yield* IdempotencyStore
        const { begin, finish, key, scope } = yield* newKey
        const request = { requestHash: "b", now: start, lease }
        const seeds = [
          seedOf(yield* begin()),
          seedOf(yield* store.begin(`${scope}!`, key, request)),
          seedOf(yield* store.begin(scope, `${key}!`, request))
        ]
        assert.strictEqual(new Set(seeds).size, 3)
        yield* finish
        assert.deepStrictEqual(
          yield* store.begin(`${scope}!`, key, request),
          Attempt.Running({ retryAfterSeconds: 30 })
        )
      })
    )

    it.effect("runs again with the same seed what was abandoned, or whose lease is over", () =>
      Effect.gen(function* () {
        const { abandon, begin, finish } = yield* newKey
        const seed = seedOf(yield* begin())
        yield* abandon
        assert.strictEqual(seedOf(yield* begin()), seed)
        assert.strictEqual(seedOf(yield* begin(after(lease))), seed)
        assert.deepStrictEqual(yield* begin(after(lease)), Attempt.Running({ retryAfterSeconds: 30 }))
        yield* finish
        assert.deepStrictEqual(yield* begin(after("2 minutes")), replay)
      })
    )

    it.effect("keeps the first answer of several runs", () =>
      Effect.gen(function* () {
        const store = yield* IdempotencyStore
        const { abandon, begin, finish, key, scope } = yield* newKey
        yield* begin()
        yield* begin(after("1 minute"))
        yield* finish
        yield* store.finish(scope, key, { ...answer, status: 400 })
        yield* abandon
        assert.deepStrictEqual(yield* begin(after("2 minutes")), replay)
      })
    )

    it.effect("does nothing for a key that is not there", () =>
      Effect.gen(function* () {
        const { abandon, begin, finish } = yield* newKey
        yield* finish
        yield* abandon
        seedOf(yield* begin())
      })
    )

    it.effect("forgets a key after 24 hours", () =>
      Effect.gen(function* () {
        const { begin, finish } = yield* newKey
        const seed = seedOf(yield* begin())
        yield* finish
        assert.deepStrictEqual(yield* begin(after("23 hours")), replay)
        const other = seedOf(yield* begin(after("24 hours"), "b"))
        assert.notStrictEqual(other, seed)
        assert.deepStrictEqual(yield* begin(after("24 hours")), mismatch)
        assert.deepStrictEqual(
          yield* begin(after("24 hours"), "b"),
          Attempt.Running({ retryAfterSeconds: 30 })
        )
      })
    )

    it.effect("lets one of 50 copies run: new, abandoned, left alone, or forgotten", () =>
      Effect.gen(function* () {
        const { abandon, begin, finish } = yield* newKey
        const seed = yield* race(begin())
        yield* abandon
        assert.strictEqual(yield* race(begin()), seed)
        assert.strictEqual(yield* race(begin(after("1 hour"))), seed)
        yield* finish
        const other = yield* race(begin(after("2 days"), "b"))
        assert.isString(other)
        assert.notStrictEqual(other, seed)
      })
    )

    it.effect("sweeps what is forgotten, in parts", () =>
      Effect.gen(function* () {
        const store = yield* IdempotencyStore
        const end = after("30 days")
        const sweep = store.sweep(end)
        yield* Effect.repeat(sweep, { until: (swept) => swept === 0 })
        const keys = yield* Effect.replicateEffect(newKey, 1_005)
        yield* Effect.forEach(keys, ({ begin }) => begin(), { concurrency: "unbounded" })
        const kept = yield* newKey
        const seed = seedOf(yield* kept.begin(end))
        const swept = yield* Effect.replicateEffect(sweep, 3)
        assert.deepStrictEqual(swept, [1_000, 5, 0])
        yield* kept.abandon
        assert.strictEqual(seedOf(yield* kept.begin(end)), seed)
        yield* Effect.forEach(Array.take(keys, 3), ({ begin }) => Effect.map(begin(), seedOf))
      })
    )
  })
}
