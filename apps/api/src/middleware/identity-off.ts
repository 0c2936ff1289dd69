import { HttpServerRequest } from "@effect/platform"
import { Identity, ValidationError } from "@workspace/contracts"
import { Caller, UserId } from "@workspace/domain"
import { Effect, Layer, Option, Schema } from "effect"
import { isLoopback } from "../loopback.ts"

const header = "x-user-id"
const decode = Schema.decodeOption(UserId)

const refuse = (path: string, message: string) => new ValidationError({ details: [{ path, message }] })

/** A name and a port as nearly everybody writes them, which need no parser. */
const plainLocal = /^http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,4})?$/

const isLocal = (url: string): boolean =>
  plainLocal.test(url) || (URL.canParse(url) && isLoopback(new URL(url).hostname))

/**
 * `AUTH_MODE=off`: callers are who they say they are in `x-user-id`, and those who say nothing are trusted
 * with every session. For a server that is reachable from its own machine alone, and there not for pages of
 * other sites: a browser says in `Origin` whose page asks, and in `Host` under which name it found this
 * machine, which the owner of any name can point here.
 */
export const layer = Layer.succeed(Identity, {
  bearer: Effect.fnUntraced(function* () {
    const { headers } = yield* HttpServerRequest.HttpServerRequest
    if (!isLocal(`http://${headers["host"] ?? ""}`)) {
      return yield* refuse("host", "must be a name of this machine while AUTH_MODE is off")
    }
    if (headers["origin"] !== undefined && !isLocal(headers["origin"])) {
      return yield* refuse("origin", "must be a page of this machine while AUTH_MODE is off")
    }
    const name = headers[header]
    if (name === undefined) {
      return Caller.Trusted()
    }
    return yield* Option.match(decode(name), {
      onSome: (userId) => Effect.succeed(Caller.User({ userId })),
      onNone: () => refuse(header, "must be 1 to 255 bytes of text")
    })
  })
})
