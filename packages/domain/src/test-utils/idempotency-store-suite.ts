import { assert, layer as itWithLayer } from "@effect/vitest"
import { Array, DateTime, Duration, Effect, type Layer, Option, Struct } from "effect"
import { IdempotencyStore } from "../ports/idempotency-store.ts"
import { SessionRepository } from "../ports/session-repository.ts"
import { Attempt, type LeasedRun, sweptAtOnce } from "../types/idempotency.ts"
import { SessionId } from "../types/ids.ts"
import { asNobody } from "./callers.ts"
import { createSession } from "./session-repository-suite/fixtures.ts"

const start = DateTime.unsafeMake("2030-01-01T00:00:00.000Z")
const after = (duration: Duration.DurationInput) => DateTime.addDuration(start, duration)
const lease = Duration.seconds(30)
const answer = {
  status: 201,
  headers: { "content-type": "application/json", location: "/ä" },
  body: '{"text":"👩‍👩‍👧‍👦 \\u0000 \' "}'
}
const mismatch = Attempt.Mismatch()

let made = 0

/** The store as one key of a scope sees it, whose answer is about a session of its own. */
const newKey = Effect.gen(function* () {
  const store = yield* IdempotencyStore
  const { id: sessionId } = yield* createSession()
  const [scope, key] = ["a user", `key ${++made}`]
  return {
    scope,
    key,
    sessionId,
    begin: (now = start, requestHash = "a") => store.begin(scope, key, { requestHash, now, lease }),
    finish: (run: LeasedRun) => store.finish(scope, key, run, Option.some(sessionId), answer),
    abandon: (run: LeasedRun) => store.abandon(scope, key, run),
    forget: (run: LeasedRun) => store.forget(scope, key, run),
    replay: Attempt.Replay({ sessionId: Option.some(sessionId), answer })
  }
})

const runOf = (attempt: Attempt) => {
  assert(Attempt.$is("Fresh")(attempt), attempt._tag)
  return attempt
}
const seedOf = (attempt: Attempt) => runOf(attempt).seed
/** What does not change from run to run. */
const sameOf = (attempt: Attempt) => Struct.pick(runOf(attempt), "seed", "begunAt")

/** All at once; gives the only one that may run. */
const race = <E>(begin: Effect.Effect<Attempt, E>) =>
  Effect.map(Effect.replicateEffect(begin, 50, { concurrency: "unbounded" }), (attempts) => {
    const [fresh, ...others] = attempts.filter(Attempt.$is("Fresh"))
    assert.strictEqual(others.length, 0)
    assert.strictEqual(attempts.filter(Attempt.$is("Running")).length, 49)
    assert(fresh !== undefined)
    return fresh
  })

/** The promises of `IdempotencyStore`, for every store that makes them. */
export const describeIdempotencyStore = <E>(
  name: string,
  layer: Layer.Layer<IdempotencyStore | SessionRepository, E>,
  options?: { readonly timeout?: Duration.DurationInput }
) => {
  itWithLayer(layer, { ...options, excludeTestServices: true })(name, (it) => {
    it.effect("runs a request once, and then gives its answer", () =>
      Effect.gen(function* () {
        const { begin, finish, replay } = yield* newKey
        const run = runOf(yield* begin())
        assert.isAtLeast(run.seed.length, 1)
        assert.deepStrictEqual(yield* begin(), Attempt.Running({ retryAfterSeconds: 30 }))
        assert.deepStrictEqual(
          yield* begin(after("10.5 seconds")),
          Attempt.Running({ retryAfterSeconds: 20 })
        )
        assert.deepStrictEqual(
          yield* begin(after("29.999 seconds")),
          Attempt.Running({ retryAfterSeconds: 1 })
        )
        yield* finish(run)
        for (const now of [start, after("1 minute"), after("23 hours")]) {
          assert.deepStrictEqual(yield* begin(now), replay)
        }
      })
    )

    it.effect("keeps an answer that is about no session, until the key's time is over", () =>
      Effect.gen(function* () {
        const store = yield* IdempotencyStore
        const { begin, key, scope } = yield* newKey
        const run = runOf(yield* begin())
        yield* store.finish(scope, key, run, Option.none(), answer)
        yield* store.forget(scope, key, run)
        yield* store.finish(scope, key, run, Option.none(), { ...answer, body: "late" })
        assert.deepStrictEqual(yield* begin(), Attempt.Replay({ sessionId: Option.none(), answer }))
        assert.deepStrictEqual(yield* begin(start, "b"), mismatch)
        assert.notStrictEqual(seedOf(yield* begin(after("25 hours"), "b")), run.seed)
      })
    )

    it.effect("refuses another request under the key, in whichever state", () =>
      Effect.gen(function* () {
        const { abandon, begin, finish, replay } = yield* newKey
        const run = runOf(yield* begin())
        assert.deepStrictEqual(yield* begin(start, "b"), mismatch)
        assert.deepStrictEqual(yield* begin(after("1 minute"), "b"), mismatch)
        yield* abandon(run)
        assert.deepStrictEqual(yield* begin(start, "b"), mismatch)
        yield* finish(runOf(yield* begin()))
        assert.deepStrictEqual(yield* begin(start, "b"), mismatch)
        assert.deepStrictEqual(yield* begin(), replay)
      })
    )

    it.effect("keeps keys and scopes apart", () =>
      Effect.gen(function* () {
        const store = yield* IdempotencyStore
        const { begin, finish, key, scope } = yield* newKey
        const request = { requestHash: "b", now: start, lease }
        const run = runOf(yield* begin())
        const seeds = [
          run.seed,
          seedOf(yield* store.begin(`${scope}!`, key, request)),
          seedOf(yield* store.begin(scope, `${key}!`, request))
        ]
        assert.strictEqual(new Set(seeds).size, 3)
        yield* finish(run)
        assert.deepStrictEqual(
          yield* store.begin(`${scope}!`, key, request),
          Attempt.Running({ retryAfterSeconds: 30 })
        )
      })
    )

    it.effect("runs again with the same seed and time what was abandoned, or whose lease is over", () =>
      Effect.gen(function* () {
        const { abandon, begin, finish, replay } = yield* newKey
        const run = runOf(yield* begin())
        assert.deepStrictEqual(run.begunAt, start)
        assert.deepStrictEqual(run.lockedUntil, after("30 seconds"))
        yield* abandon(run)
        assert.deepStrictEqual(sameOf(yield* begin(after("1 second"))), sameOf(run))
        const last = runOf(yield* begin(after("31 seconds")))
        assert.deepStrictEqual(sameOf(last), sameOf(run))
        assert.deepStrictEqual(yield* begin(after("31 seconds")), Attempt.Running({ retryAfterSeconds: 30 }))
        yield* finish(last)
        assert.deepStrictEqual(yield* begin(after("2 minutes")), replay)
      })
    )

    it.effect("lets nobody give away the key of a later run", () =>
      Effect.gen(function* () {
        const store = yield* IdempotencyStore
        const { abandon, begin, finish, forget, key, replay, scope } = yield* newKey
        const late = runOf(yield* begin())
        const later = runOf(yield* begin(after("30 seconds")))
        const missing = store.finish(
          scope,
          key,
          late,
          Option.some(SessionId.make("session_0_missing")),
          answer
        )
        for (const end of [abandon(late), forget(late), missing]) {
          yield* end
          assert.deepStrictEqual(
            yield* begin(after("31 seconds")),
            Attempt.Running({ retryAfterSeconds: 29 })
          )
        }
        yield* finish(later)
        for (const end of [abandon(later), forget(later), missing]) {
          yield* end
          assert.deepStrictEqual(yield* begin(after("31 seconds")), replay)
        }
      })
    )

    it.effect("leaves nothing of a key that is to be forgotten", () =>
      Effect.gen(function* () {
        const { abandon, begin, finish, forget } = yield* newKey
        const first = runOf(yield* begin())
        yield* forget(first)
        const other = runOf(yield* begin(after("1 second"), "b"))
        assert.notStrictEqual(other.seed, first.seed)
        assert.deepStrictEqual(other.begunAt, after("1 second"))
        for (const end of [abandon(first), forget(first), finish(first)]) {
          yield* end
          assert.deepStrictEqual(
            yield* begin(after("1 second"), "b"),
            Attempt.Running({ retryAfterSeconds: 30 })
          )
        }
      })
    )

    it.effect("keeps the first answer of several runs", () =>
      Effect.gen(function* () {
        const store = yield* IdempotencyStore
        const { abandon, begin, finish, key, replay, scope, sessionId } = yield* newKey
        const runs = [runOf(yield* begin()), runOf(yield* begin(after("1 minute")))] as const
        yield* finish(runs[0])
        yield* store.finish(scope, key, runs[1], Option.some(sessionId), { ...answer, status: 400 })
        yield* abandon(runs[1])
        assert.deepStrictEqual(yield* begin(after("2 minutes")), replay)
      })
    )

    it.effect("keeps no answer about a session that does not exist, and forgets the key", () =>
      Effect.gen(function* () {
        const store = yield* IdempotencyStore
        const { begin, key, scope } = yield* newKey
        const run = runOf(yield* begin())
        yield* store.finish(scope, key, run, Option.some(SessionId.make("session_0_missing")), answer)
        assert.notStrictEqual(seedOf(yield* begin(start, "b")), run.seed)
      })
    )

    it.effect("forgets a key when the session is removed that its answer is about", () =>
      Effect.gen(function* () {
        const repository = yield* SessionRepository
        const { begin, finish, sessionId } = yield* newKey
        const other = yield* newKey
        const run = runOf(yield* begin())
        yield* finish(run)
        yield* other.finish(runOf(yield* other.begin()))
        yield* repository.remove(asNobody, sessionId)
        assert.notStrictEqual(seedOf(yield* begin(start, "b")), run.seed)
        assert.deepStrictEqual(yield* other.begin(), other.replay)
      })
    )

    it.effect("lets a session be removed in the moment of the answer", () =>
      Effect.gen(function* () {
        const repository = yield* SessionRepository
        const keys = yield* Effect.replicateEffect(newKey, 20)
        yield* Effect.forEach(
          keys,
          ({ begin, finish, sessionId }) =>
            Effect.flatMap(begin(), (attempt) =>
              Effect.all([finish(runOf(attempt)), repository.remove(asNobody, sessionId)], { concurrency: 2 })
            ),
          { concurrency: "unbounded" }
        )
        for (const { begin } of keys) runOf(yield* begin())
      })
    )

    it.effect("does nothing for a key that is not there", () =>
      Effect.gen(function* () {
        const { abandon, begin, finish, forget } = yield* newKey
        const run = { seed: "none", begunAt: start, lockedUntil: after("30 seconds") }
        for (const end of [finish(run), abandon(run), forget(run)]) yield* end
        seedOf(yield* begin())
      })
    )

    it.effect("forgets a key after 24 hours", () =>
      Effect.gen(function* () {
        const { begin, finish, replay } = yield* newKey
        const run = runOf(yield* begin())
        yield* finish(run)
        assert.deepStrictEqual(yield* begin(after("23 hours")), replay)
        const other = runOf(yield* begin(after("24 hours"), "b"))
        assert.notStrictEqual(other.seed, run.seed)
        assert.deepStrictEqual(other.begunAt, after("24 hours"))
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
        const first = yield* race(begin())
        yield* abandon(first)
        assert.strictEqual((yield* race(begin())).seed, first.seed)
        const last = yield* race(begin(after("1 hour")))
        assert.strictEqual(last.seed, first.seed)
        yield* finish(last)
        assert.notStrictEqual((yield* race(begin(after("2 days"), "b"))).seed, first.seed)
      })
    )

    it.effect("sweeps what is forgotten, in parts", () =>
      Effect.gen(function* () {
        const store = yield* IdempotencyStore
        const end = after("30 days")
        const sweep = store.sweep(end)
        yield* Effect.repeat(sweep, { until: (swept) => swept === 0 })
        const kept = yield* newKey
        const keys = Array.makeBy(sweptAtOnce + 5, (n) => `swept ${n}`)
        const begin = (key: string) => store.begin("a user", key, { requestHash: "a", now: start, lease })
        yield* Effect.forEach(keys, begin, { concurrency: 8 })
        const run = runOf(yield* kept.begin(end))
        const swept = yield* Effect.replicateEffect(sweep, 3)
        assert.deepStrictEqual(swept, [sweptAtOnce, 5, 0])
        yield* kept.abandon(run)
        assert.strictEqual(seedOf(yield* kept.begin(end)), run.seed)
        yield* Effect.forEach(Array.take(keys, 3), (key) => Effect.map(begin(key), seedOf))
      })
    )
  })
}
