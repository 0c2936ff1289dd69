import { describeThreadRepository } from "@workspace/domain/test-utils"
import { Layer } from "effect"
import * as SessionRepositoryPg from "../repositories/session-repository.ts"
import * as ThreadRepositoryPg from "../repositories/thread-repository.ts"
import { layerEmbeddedInMemory, layerPostgres } from "../test-utils/layers.ts"

const layer = Layer.merge(ThreadRepositoryPg.layer, SessionRepositoryPg.layer)
const options = { timeout: "60 seconds" } as const

describeThreadRepository(
  "ThreadRepositoryPg on the embedded database",
  layer.pipe(Layer.provide(layerEmbeddedInMemory)),
  options
)

describeThreadRepository(
  "ThreadRepositoryPg on a PostgreSQL server",
  layer.pipe(Layer.provide(layerPostgres)),
  options
)
