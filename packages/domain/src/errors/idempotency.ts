import { Schema } from "effect"
import { problem, problemAnnotations, retryAfterSeconds } from "./problem.ts"

/** An idempotency key that the caller has already used for another request. Nothing was done. */
export class IdempotencyMismatchError extends Schema.TaggedError<IdempotencyMismatchError>()(
  "IdempotencyMismatchError",
  problem({
    slug: "idempotency-mismatch",
    title: "Idempotency key already used for another request",
    status: 422,
    code: "IDEMPOTENCY_MISMATCH",
    detail: "The key came first with another operation, path or body. Use a new key for a new request."
  }),
  problemAnnotations(422, "The idempotency key was already used for another request")
) {}

/** The first request under an idempotency key is not answered yet. `Retry-After` says when to ask again. */
export class RequestRunningError extends Schema.TaggedError<RequestRunningError>()(
  "RequestRunningError",
  {
    ...problem({
      slug: "request-running",
      title: "The same request is still running",
      status: 409,
      code: "CONFLICT",
      detail: "The first request under this key is not answered yet. Send it again after Retry-After."
    }),
    retryAfterSeconds
  },
  problemAnnotations(409, "The first request under the idempotency key is still running")
) {}
