import { Layer } from "effect"
import * as IdempotencyStoreInMemory from "../test-utils/idempotency-store-in-memory.ts"
import { describeIdempotencyStore } from "../test-utils/idempotency-store-suite.ts"
import * as SessionRepositoryInMemory from "../test-utils/session-repository-in-memory/index.ts"

describeIdempotencyStore(
  "IdempotencyStoreInMemory",
  IdempotencyStoreInMemory.layer.pipe(Layer.provideMerge(SessionRepositoryInMemory.layer))
)
