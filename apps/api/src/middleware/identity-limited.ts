import { createHash } from "node:crypto"
import { HttpServerRequest } from "@effect/platform"
import { Identity } from "@workspace/contracts"
import { Caller, type RateLimit, RateLimitedError, RateLimiter } from "@workspace/domain"
import { Effect, Exit, Layer, Option } from "effect"
import { clientNetwork } from "../client-network.ts"
import { answerWith } from "./response-headers.ts"

/** Short, whatever it names, and the address of nobody. */
const keyOf = (kind: "user" | "network", name: string): string =>
  `${kind}:${createHash("sha256").update(name).digest("base64url")}`

/** The fields of draft-ietf-httpapi-ratelimit-headers-10, and `Retry-After` for those who know only that. */
const headersOf = ({ allowed, limit, remaining, resetSeconds, windowSeconds }: RateLimit) => ({
  "ratelimit-policy": `"default";q=${limit};w=${windowSeconds}`,
  ratelimit: `"default";r=${remaining};t=${resetSeconds}`,
  ...(allowed ? {} : { "retry-after": String(resetSeconds) })
})

/**
 * The identity that is provided, with a limit on each caller: a user wherever it comes from, and by its network
 * whoever names none, or brings a token that is refused or cannot be checked. Every answer tells where its caller stands.
 */
export const layer = ({ trustedProxies }: { readonly trustedProxies: number }) =>
  Layer.effect(
    Identity,
    Effect.gen(function* () {
      const { bearer } = yield* Identity
      const limiter = yield* RateLimiter
      return {
        bearer: Effect.fnUntraced(function* (token) {
          const { headers, remoteAddress } = yield* HttpServerRequest.HttpServerRequest
          // Now: a connection that is closed has no other end.
          const peer = Option.getOrElse(remoteAddress, () => "")
          const caller = yield* Effect.exit(bearer(token))
          const rate = yield* limiter.consume(
            Exit.isSuccess(caller) && Caller.$is("User")(caller.value)
              ? keyOf("user", caller.value.userId)
              : keyOf("network", clientNetwork(peer, headers["x-forwarded-for"], trustedProxies))
          )
          yield* answerWith(headersOf(rate))
          if (!rate.allowed) {
            return yield* new RateLimitedError({ retryAfterSeconds: rate.resetSeconds })
          }
          return yield* caller
        })
      }
    })
  )
