import { describeForkRepository } from "@workspace/domain/test-utils"
import { Layer } from "effect"
import * as ForkRepositoryPg from "../repositories/fork-repository.ts"
import * as ScoringRepositoryPg from "../repositories/scoring-repository.ts"
import * as SessionRepositoryPg from "../repositories/session-repository.ts"
import * as ThreadRepositoryPg from "../repositories/thread-repository.ts"
import { layerEmbeddedInMemory, layerPostgres } from "../test-utils/layers.ts"

const layer = Layer.mergeAll(
  ForkRepositoryPg.layer,
  ThreadRepositoryPg.layer,
  ScoringRepositoryPg.layer,
  SessionRepositoryPg.layer
)
const options = { timeout: "60 seconds" } as const

describeForkRepository(
  "ForkRepositoryPg on the embedded database",
  layer.pipe(Layer.provide(layerEmbeddedInMemory)),
  options
)

describeForkRepository(
  "ForkRepositoryPg on a PostgreSQL server",
  layer.pipe(Layer.provide(layerPostgres)),
  options
)
