import { assert, it } from "@effect/vitest"
import { PrecisionKeeper, UnavailableError } from "@workspace/domain"
import { Clock, Effect, Layer, Ref, TestClock } from "effect"
import * as Scoring from "../scoring.ts"
import { ScoringSignal } from "../scoring-signal.ts"

/** Runs the scorer beside a keeper that takes so many sessions each time, or is away; says when that was asked, in ms. */
const scoring = <A, E>(
  taken: ReadonlyArray<number | "away">,
  run: (asked: Effect.Effect<ReadonlyArray<number>>) => Effect.Effect<A, E, ScoringSignal>
) =>
  Effect.gen(function* () {
    const asked = yield* Ref.make<ReadonlyArray<number>>([])
    const catchUp = Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      const turn = yield* Ref.modify(asked, (before) => [before.length, [...before, now]])
      const found = taken[turn] ?? 0
      return found === "away" ? yield* Effect.die(new UnavailableError({})) : found
    })
    const layer = Scoring.layer.pipe(
      Layer.provide(Layer.succeed(PrecisionKeeper, { catchUp })),
      Layer.provideMerge(ScoringSignal.layer)
    )
    const result = yield* Effect.scoped(
      Effect.flatMap(Layer.build(layer), (context) =>
        Effect.provide(Effect.zipRight(Effect.yieldNow(), run(Ref.get(asked))), context)
      )
    )
    return [result, Ref.get(asked)] as const
  })

it.effect("an idle scorer looks at the start, and then once a second", () =>
  Effect.gen(function* () {
    const [asked] = yield* scoring([], (asked) => Effect.zipRight(TestClock.adjust("1 minute"), asked))
    assert.strictEqual(asked[0], 0)
    assert.isAtLeast(asked.length, 50)
    assert.isAtMost(asked.length, 76)
    for (const [index, millis] of asked.slice(1).entries()) {
      assert.isAtLeast(millis - (asked[index] ?? 0), 800)
      assert.isAtMost(millis - (asked[index] ?? 0), 1_200)
    }
  })
)

it.effect("a signal is followed at once, and many at once by few looks", () =>
  Effect.gen(function* () {
    const [asked] = yield* scoring([], (asked) =>
      Effect.gen(function* () {
        const signal = yield* ScoringSignal
        yield* TestClock.adjust("100 millis")
        yield* Effect.replicateEffect(signal.give, 20)
        yield* TestClock.adjust("100 millis")
        return yield* asked
      })
    )
    // The first may find its look under way, and the others share one more.
    assert.include(["0,100", "0,100,100"], asked.join())
  })
)

it.effect("as long as there is something to score the next look follows at once", () =>
  Effect.gen(function* () {
    const [asked] = yield* scoring([32, 32, 1], (asked) =>
      Effect.zipRight(TestClock.adjust("100 millis"), asked)
    )
    assert.deepStrictEqual(asked, [0, 0, 0, 0])
  })
)

it.effect("a store that is away is asked ever more rarely, and once a second again when it is back", () =>
  Effect.gen(function* () {
    const [asked] = yield* scoring(
      ["away", "away", "away", "away", "away", "away", "away", "away"],
      (asked) => Effect.zipRight(TestClock.adjust("5 minutes"), asked)
    )
    const gaps = asked.slice(1).map((millis, index) => millis - (asked[index] ?? 0))
    assert.isAtMost(gaps[0] ?? 0, 1_200)
    assert.isAtLeast(gaps[6] ?? 0, 24_000)
    assert.isAtMost(gaps[7] ?? 0, 36_000)
    for (const gap of gaps.slice(8)) assert.isAtMost(gap, 1_200)
  })
)

it.effect("nothing is scored once the server has stopped", () =>
  Effect.gen(function* () {
    const [, asked] = yield* scoring([], () => TestClock.adjust("100 millis"))
    yield* TestClock.adjust("1 hour")
    assert.deepStrictEqual(yield* asked, [0])
  })
)
