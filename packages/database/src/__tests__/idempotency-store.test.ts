import { describeIdempotencyStore } from "@workspace/domain/test-utils"
import { Layer } from "effect"
import * as IdempotencyStorePg from "../repositories/idempotency-store.ts"
import * as SessionRepositoryPg from "../repositories/session-repository.ts"
import { layerEmbeddedInMemory, layerPostgres } from "../test-utils/layers.ts"

const layer = Layer.merge(IdempotencyStorePg.layer, SessionRepositoryPg.layer)
const options = { timeout: "60 seconds" } as const

describeIdempotencyStore(
  "IdempotencyStorePg on the embedded database",
  layer.pipe(Layer.provide(layerEmbeddedInMemory)),
  options
)

describeIdempotencyStore(
  "IdempotencyStorePg on a PostgreSQL server",
  layer.pipe(Layer.provide(layerPostgres)),
  options
)
