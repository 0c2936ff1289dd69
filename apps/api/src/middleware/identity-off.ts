import { HttpServerRequest } from "@effect/platform"
import { Identity, ValidationError } from "@workspace/contracts"
import { Caller, UserId } from "@workspace/domain"
import { Effect, Layer, Option, Schema } from "effect"

const header = "x-user-id"
const decode = Schema.decodeOption(UserId)

/**
 * `AUTH_MODE=off`: callers are who they say they are in `x-user-id`, and those who say nothing are trusted
 * with every session. For a server that is reachable from its own machine alone.
 */
export const layer = Layer.succeed(
  Identity,
  Effect.gen(function* () {
    const { headers } = yield* HttpServerRequest.HttpServerRequest
    const name = headers[header]
    if (name === undefined) {
      return Caller.Trusted()
    }
    return yield* Option.match(decode(name), {
      onSome: (userId) => Effect.succeed(Caller.User({ userId })),
      onNone: () =>
        new ValidationError({ details: [{ path: header, message: "must be 1 to 255 bytes of text" }] })
    })
  })
)
