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

const away = ["away", "away", "away", "away", "away", "away"] as const

const gapsOf = (asked: ReadonlyArray<number>) =>
  asked.slice(1).map((millis, index) => millis - (asked[index] ?? 0))

it.effect("a store that is away is asked more rarely, and once a second again when it is back", () =>
  Effect.gen(function* () {
    const [asked] = yield* scoring(away, (asked) => Effect.zipRight(TestClock.adjust("1 minute"), asked))
    const gaps = gapsOf(asked)
    for (const [index, seconds] of [1, 2, 4, 5, 5, 5, 1, 1, 1].entries()) {
      assert.isAtLeast(gaps[index] ?? 0, 800 * seconds)
      // A sleep is in whole milliseconds.
      assert.isAtMost(gaps[index] ?? 0, 1_200 * seconds + 2)
    }
  })
)

it.effect("a signal is followed within a second also after a store was away for long", () =>
  Effect.gen(function* () {
    const [asked] = yield* scoring(away, (asked) =>
      Effect.gen(function* () {
        const signal = yield* ScoringSignal
        yield* Effect.repeat(Effect.zipRight(TestClock.adjust("100 millis"), asked), {
          until: ({ length }) => length === away.length
        })
        yield* Effect.replicateEffect(signal.give, 20)
        yield* TestClock.adjust("1300 millis")
        return yield* asked
      })
    )
    const [last = 0] = gapsOf(asked).slice(away.length - 1)
    assert.isAtLeast(last, 800)
    assert.isAtMost(last, 1_202)
  })
)

it.effect("nothing is scored once the server has stopped", () =>
  Effect.gen(function* () {
    const [, asked] = yield* scoring([], () => TestClock.adjust("100 millis"))
    yield* TestClock.adjust("1 hour")
    assert.deepStrictEqual(yield* asked, [0])
  })
)
