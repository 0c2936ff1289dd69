import * as IdempotencyStoreInMemory from "../test-utils/idempotency-store-in-memory.ts"
import { describeIdempotencyStore } from "../test-utils/idempotency-store-suite.ts"

describeIdempotencyStore("IdempotencyStoreInMemory", IdempotencyStoreInMemory.layer)
