import { describeScoringRepository } from "@workspace/domain/test-utils"
import { Layer } from "effect"
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
