import { assert, layer as itWithLayer } from "@effect/vitest"
import { ScoringRepository, SessionId, SessionRepository } from "@workspace/domain"
import { asNobody, createTestSession, describeScoringRepository } from "@workspace/domain/test-utils"
import { DateTime, Duration, Effect, Layer, Option } from "effect"
import * as ScoringRepositoryPg from "../repositories/scoring-repository.ts"
import * as SessionRepositoryPg from "../repositories/session-repository.ts"
import { layerEmbeddedInMemory, layerPostgres } from "../test-utils/layers.ts"

const layer = Layer.merge(ScoringRepositoryPg.layer, SessionRepositoryPg.layer)
const options = { timeout: "60 seconds" } as const

describeScoringRepository(
  "ScoringRepositoryPg on the embedded database",
  layer.pipe(Layer.provide(layerEmbeddedInMemory)),
  options
)

describeScoringRepository(
  "ScoringRepositoryPg on a PostgreSQL server",
  layer.pipe(Layer.provide(layerPostgres)),
  options
)

itWithLayer(layer.pipe(Layer.provide(layerPostgres)), { ...options, excludeTestServices: true })(
  "a session that counts more messages than there are",
  (it) => {
    it.effect("is looked at again only after a second, and stays as it is", () =>
      Effect.gen(function* () {
        const scoring = yield* ScoringRepository
        const sessions = yield* SessionRepository
        const id = SessionId.make("session_0_miscounted")
        const session = createTestSession({ id, messageCount: 3 })
        yield* sessions.create(session, Option.none())
        const take = (seconds: number) =>
          scoring.takeBehind({
            lease: Duration.seconds(10),
            now: DateTime.addDuration(session.createdAt, Duration.seconds(seconds))
          })
        const taken = [{ sessionId: id, scoredThrough: 0, through: 0 }]
        assert.deepStrictEqual(yield* take(0), taken)
        assert.deepStrictEqual(yield* take(0.9), [])
        assert.deepStrictEqual(yield* take(1), taken)
        assert.deepStrictEqual(yield* sessions.version(asNobody, id), { version: 1, messageCount: 3 })
      })
    )
  }
)
