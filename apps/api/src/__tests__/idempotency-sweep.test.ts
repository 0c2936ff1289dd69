import { assert, it } from "@effect/vitest"
import { IdempotencyStore, sweptAtOnce, UnavailableError } from "@workspace/domain"
import { Clock, Effect, Layer, Ref, TestClock } from "effect"
import * as IdempotencySweep from "../idempotency-sweep.ts"

const minutes = (millis: number) => Math.floor(millis / 60_000)

/** Runs the sweeper on a store that finds so many expired keys each time, or is away; says at which minutes it was asked. */
const sweeping = <A, E>(
  found: ReadonlyArray<number | "away">,
  run: (asked: Effect.Effect<ReadonlyArray<number>>) => Effect.Effect<A, E>
) =>
  Effect.gen(function* () {
    const asked = yield* Ref.make<ReadonlyArray<number>>([])
    const sweep = Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      const turn = yield* Ref.modify(asked, (before) => [before.length, [...before, minutes(now)]])
      const swept = found[turn] ?? 0
      return swept === "away" ? yield* Effect.die(new UnavailableError({})) : swept
    })
    const layerStore = Layer.succeed(IdempotencyStore, {
      begin: () => Effect.dieMessage("not asked"),
      finish: () => Effect.void,
      abandon: () => Effect.void,
      forget: () => Effect.void,
      sweep: () => sweep
    })
    const layer = Layer.provide(IdempotencySweep.layer, layerStore)
    const result = yield* Effect.scoped(Effect.zipRight(Layer.build(layer), run(Ref.get(asked))))
    return [result, Ref.get(asked)] as const
  })

it.effect("keys are swept at once, and then every few minutes", () =>
  Effect.gen(function* () {
    const [before] = yield* sweeping([3], (asked) => Effect.zipRight(TestClock.adjust("31 minutes"), asked))
    assert.strictEqual(before[0], 0)
    assert.isAtLeast(before.length, 6)
    assert.isAtMost(before.length, 9)
    for (const [index, minute] of before.entries()) {
      assert.isAtMost(minute - (before[index - 1] ?? minute), 6)
    }
  })
)

it.effect("what one sweep leaves the next takes right after it", () =>
  Effect.gen(function* () {
    const [asked] = yield* sweeping([sweptAtOnce, sweptAtOnce, 7], (asked) =>
      Effect.zipRight(TestClock.adjust("1 minute"), asked)
    )
    assert.deepStrictEqual(asked, [0, 0, 0])
  })
)

it.effect("a sweep that fails is tried again", () =>
  Effect.gen(function* () {
    const [asked] = yield* sweeping(["away", "away", sweptAtOnce, "away"], (asked) =>
      Effect.zipRight(TestClock.adjust("31 minutes"), asked)
    )
    assert.isAtLeast(asked.length, 7)
  })
)

it.effect("nothing is swept once the server has stopped", () =>
  Effect.gen(function* () {
    const [, asked] = yield* sweeping([], () => TestClock.adjust("1 minute"))
    yield* TestClock.adjust("1 hour")
    assert.deepStrictEqual(yield* asked, [0])
  })
)
