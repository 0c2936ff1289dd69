import { assert, layer as itWithLayer } from "@effect/vitest"
import { ScoringRepository, SessionId, SessionRepository } from "@workspace/domain"
import { asNobody, createTestSession, describeScoringRepository } from "@workspace/domain/test-utils"
import { type SQL, sql } from "drizzle-orm"
import { Duration, Effect, Layer, Option } from "effect"
import { Database } from "../client.ts"
import * as ScoringRepositoryPg from "../repositories/scoring-repository.ts"
import * as SessionRepositoryPg from "../repositories/session-repository.ts"
import { sessions } from "../schema.ts"
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

itWithLayer(layer.pipe(Layer.provideMerge(layerPostgres)), { ...options, excludeTestServices: true })(
  "a session that counts more messages than there are",
  (it) => {
    it.effect("is looked at again only after a second, and stays as it is", () =>
      Effect.gen(function* () {
        const { client, query } = yield* Database
        const scoring = yield* ScoringRepository
        const repository = yield* SessionRepository
        const id = SessionId.make("session_0_miscounted")
        yield* repository.create(createTestSession({ id, messageCount: 3 }), Option.none())
        const take = scoring.takeBehind(Duration.seconds(10))
        const pauses = (pause: SQL) =>
          query(() => client.$count(sessions, sql`scoring_until - statement_timestamp() ${pause}`))
        assert.deepStrictEqual(yield* take, { held: [], settled: 1 })
        assert.strictEqual(yield* pauses(sql`<= interval '1 second'`), 1)
        yield* query(() => client.update(sessions).set({ scoringUntil: sql`now() + interval '1 minute'` }))
        assert.deepStrictEqual(yield* take, { held: [], settled: 0 })
        yield* query(() => client.update(sessions).set({ scoringUntil: sql`now()` }))
        assert.deepStrictEqual(yield* take, { held: [], settled: 1 })
        assert.deepStrictEqual(yield* repository.version(asNobody, id), { version: 1, messageCount: 3 })
      })
    )
  }
)
