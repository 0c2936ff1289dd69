import { describeIdempotencyStore } from "@workspace/domain/test-utils"
import { Layer } from "effect"
import * as IdempotencyStorePg from "../repositories/idempotency-store.ts"
import { layerEmbeddedInMemory, layerPostgres } from "../test-utils/layers.ts"

const options = { timeout: "60 seconds" } as const

describeIdempotencyStore(
  "IdempotencyStorePg on the embedded database",
  IdempotencyStorePg.layer.pipe(Layer.provide(layerEmbeddedInMemory)),
  options
)

describeIdempotencyStore(
  "IdempotencyStorePg on a PostgreSQL server",
  IdempotencyStorePg.layer.pipe(Layer.provide(layerPostgres)),
  options
)
