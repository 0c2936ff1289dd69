import { HttpServerRequest } from "@effect/platform"
import { Identity } from "@workspace/contracts"
import { Caller, UnauthorizedError, UserId } from "@workspace/domain"
import { Effect, Layer, Schema } from "effect"

/**
 * `AUTH_MODE=off`: callers are who they say they are in `x-user-id`, and those who say nothing are trusted
 * with every session. For a server that is reachable from its own machine alone.
 */
export const layer = Layer.succeed(Identity, {
  bearer: Effect.fnUntraced(function* () {
    const { headers } = yield* HttpServerRequest.HttpServerRequest
    const name = headers["x-user-id"]
    if (name === undefined) {
      return Caller.Trusted()
    }
    const userId = yield* Effect.mapError(Schema.decode(UserId)(name), () => new UnauthorizedError())
    return Caller.User({ userId })
  })
})
