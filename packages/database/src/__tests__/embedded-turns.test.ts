import { monitorEventLoopDelay, performance } from "node:perf_hooks"
import { assert, layer as itWithLayer } from "@effect/vitest"
import { ArchiveRepository } from "@workspace/domain"
import { archivedWith, asNobody } from "@workspace/domain/test-utils"
import { DateTime, Effect, Layer, Option, Stream } from "effect"
import * as ArchiveRepositoryPg from "../repositories/archive-repository.ts"
import { layerEmbeddedInMemory } from "../test-utils/layers.ts"

/** How large a part of its whole time an effect keeps all others waiting at once. */
const longestStall = Effect.fnUntraced(function* <A, E, R>(effect: Effect.Effect<A, E, R>) {
  const delays = monitorEventLoopDelay({ resolution: 1 })
  delays.enable()
  // What comes before the first look of the monitor is not seen.
  yield* Effect.sleep("20 millis")
  const start = performance.now()
  yield* effect
  const whole = performance.now() - start
  // A stall that lasts to the end is seen after it.
  yield* Effect.sleep("20 millis")
  delays.disable()
  return delays.max / 1e6 / whole
})

itWithLayer(ArchiveRepositoryPg.layer.pipe(Layer.provideMerge(layerEmbeddedInMemory)), {
  timeout: "60 seconds",
  excludeTestServices: true
})("a session of 10,000 messages on the embedded database", (it) => {
  it.effect("is written and read while others have their turns", () =>
    Effect.gen(function* () {
      const archive = yield* ArchiveRepository
      const archived = archivedWith(10_000)
      const { id } = archived.session
      const now = yield* DateTime.now
      const restored = yield* longestStall(archive.restore(archived, { id, owner: Option.none(), now }))
      assert.isBelow(restored, 0.25)
      const { messages } = yield* archive.read(asNobody, id)
      assert.isBelow(yield* longestStall(Stream.runDrain(messages)), 0.25)
    })
  )
})
