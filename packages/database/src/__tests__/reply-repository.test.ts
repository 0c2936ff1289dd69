import { describeReplyRepository } from "@workspace/domain/test-utils"
import { Layer } from "effect"
import * as ReplyRepositoryPg from "../repositories/reply-repository.ts"
import * as SessionRepositoryPg from "../repositories/session-repository.ts"
import { layerEmbeddedInMemory, layerPostgres } from "../test-utils/layers.ts"

const layer = Layer.merge(ReplyRepositoryPg.layer, SessionRepositoryPg.layer)
const options = { timeout: "60 seconds" } as const

describeReplyRepository(
  "ReplyRepositoryPg on the embedded database",
  layer.pipe(Layer.provide(layerEmbeddedInMemory)),
  options
)

describeReplyRepository(
  "ReplyRepositoryPg on a PostgreSQL server",
  layer.pipe(Layer.provide(layerPostgres)),
  options
)
