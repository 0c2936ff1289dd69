import { assert, layer as itWithLayer } from "@effect/vitest"
import { ArchiveRepository } from "@workspace/domain"
import { archivedWith, asNobody } from "@workspace/domain/test-utils"
import { DateTime, Effect, Layer, Option, Stream } from "effect"
import * as ArchiveRepositoryPg from "../repositories/archive-repository.ts"
import { layerEmbeddedInMemory } from "../test-utils/layers.ts"

/** How often others have a turn while an effect runs. */
const turnsDuring = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    let turns = 0
    let next: NodeJS.Immediate | undefined
    const count = () => {
      turns += 1
      next = setImmediate(count)
    }
    yield* Effect.acquireRelease(Effect.sync(count), () => Effect.sync(() => clearImmediate(next)))
    yield* effect
    return turns
  }).pipe(Effect.scoped)

/** 10,000 messages come in 50 batches and pages. */
const statements = 50

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
      const restoring = archive.restore(archived, { id, owner: Option.none(), now })
      assert.isAtLeast(yield* turnsDuring(restoring), statements)
      const { messages } = yield* archive.read(asNobody, id)
      assert.isAtLeast(yield* turnsDuring(Stream.runDrain(messages)), statements)
    })
  )
})
