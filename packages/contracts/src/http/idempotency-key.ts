import { IdempotencyKey } from "@workspace/domain"
import { Schema } from "effect"

/** Makes a retry safe, on the operations that take it. */
export const IdempotencyHeaders = Schema.Struct({
  "idempotency-key": Schema.optionalWith(
    IdempotencyKey.annotations({
      description:
        "A name of your own for this request, at most 255 bytes, best a random one. Within 24 hours the same request under the same key is done once, and every repetition gets the first answer, with `idempotency-replayed: true`; another request under the key is refused with 422.",
      examples: [IdempotencyKey.make("1f6c0f9e-4d0f-4f0e-9d6a-3f6d2b0a7c55")]
    }),
    { exact: true }
  )
})
