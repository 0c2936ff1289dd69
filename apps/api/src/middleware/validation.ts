import { HttpApiBuilder, HttpApiError } from "@effect/platform"
import { BigOceanApi, ValidationError } from "@workspace/contracts"
import { Cause, Data, Effect, FiberRef } from "effect"
import { withoutValue } from "../without-value.ts"
import { withJsonBody } from "./json-body.ts"
import { isDecoded } from "./own-failures.ts"

/** An answer of ours that its own schema refuses. */
export class InvalidAnswer extends Data.TaggedError("InvalidAnswer")<{
  readonly details: ValidationError["details"]
}> {}

export const detailsOf = ({
  issues
}: Pick<HttpApiError.HttpApiDecodeError, "issues">): ValidationError["details"] =>
  issues.map(({ message, path }) => ({ path: path.map(String).join("."), message: withoutValue(message) }))

/**
 * Reads bodies strictly, and answers to a request that does not fit the contract with `ValidationError`,
 * which repeats nothing of the request, instead of the platform's own error, which does.
 */
export const layer = HttpApiBuilder.middleware(BigOceanApi, (app) =>
  Effect.catchAllCause(
    withJsonBody(app),
    Effect.fnUntraced(function* (cause) {
      const error = Cause.squash(cause)
      if (!(error instanceof HttpApiError.HttpApiDecodeError)) {
        return yield* Effect.failCause(cause)
      }
      const details = detailsOf(error)
      if (yield* FiberRef.get(isDecoded)) {
        return yield* Effect.die(new InvalidAnswer({ details }))
      }
      return yield* new ValidationError({ details })
    })
  )
)
