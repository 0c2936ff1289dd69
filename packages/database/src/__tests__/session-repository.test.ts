import { describeSessionRepository } from "@workspace/domain/test-utils"
import { Layer } from "effect"
import * as SessionRepositoryPg from "../repositories/session-repository.ts"
import { layerEmbeddedInMemory, layerPostgres } from "../test-utils/layers.ts"

const options = { timeout: "60 seconds" } as const

describeSessionRepository(
  "SessionRepositoryPg on the embedded database",
  SessionRepositoryPg.layer.pipe(Layer.provide(layerEmbeddedInMemory)),
  options
)

describeSessionRepository(
  "SessionRepositoryPg on a PostgreSQL server",
  SessionRepositoryPg.layer.pipe(Layer.provide(layerPostgres)),
  options
)
