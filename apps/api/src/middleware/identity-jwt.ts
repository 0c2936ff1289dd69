import { HttpServerRequest } from "@effect/platform"
import { Identity } from "@workspace/contracts"
import { Caller, UnauthorizedError, UserId } from "@workspace/domain"
import { DateTime, Effect, Layer, Redacted, Schema } from "effect"
import { type JWTPayload, type JWTVerifyOptions, jwtVerify } from "jose"
import type { Jwt } from "../config-authentication.ts"
import * as RemoteKeys from "../remote-keys.ts"

const clockToleranceSeconds = 5

type Verify = (token: string, currentDate: Date) => Promise<JWTPayload>

/** The algorithms are pinned: a public key is never taken for a secret, and `none` is none of them. */
const verifierOf = ({ audience, issuer, key }: Jwt, options: RemoteKeys.Options): Verify => {
  const expected: JWTVerifyOptions = {
    issuer,
    audience,
    clockTolerance: clockToleranceSeconds,
    requiredClaims: ["exp", "sub"]
  }
  if (key.type === "secret") {
    const secret = new TextEncoder().encode(Redacted.value(key.secret))
    return async (token, currentDate) =>
      (await jwtVerify(token, secret, { ...expected, currentDate, algorithms: ["HS256"] })).payload
  }
  const keys = RemoteKeys.make(key.url, options)
  const algorithms = ["RS256", "PS256", "ES256", "EdDSA"]
  return async (token, currentDate) =>
    (await jwtVerify(token, keys, { ...expected, currentDate, algorithms })).payload
}

/** `AUTH_MODE=jwt`: the token's subject is the user. A request without a token is anonymous. */
export const layer = (settings: Jwt, options: RemoteKeys.Options = {}) =>
  Layer.effect(
    Identity,
    Effect.gen(function* () {
      const verify = verifierOf(settings, options)
      const available = yield* RemoteKeys.watch

      const payloadOf = Effect.fnUntraced(function* (token: Redacted.Redacted) {
        const now = DateTime.toDateUtc(yield* DateTime.now)
        return yield* available(
          Effect.tryPromise({
            try: () => verify(Redacted.value(token), now),
            // What is wrong with a token is the business of whoever issued it; some failures are no JOSE errors.
            catch: (cause) =>
              cause instanceof RemoteKeys.KeysUnavailableError ? cause : new UnauthorizedError()
          })
        )
      })

      return {
        bearer: Effect.fnUntraced(function* (token) {
          const { headers } = yield* HttpServerRequest.HttpServerRequest
          const { authorization } = headers
          if (authorization === undefined) {
            return Caller.Anonymous()
          }
          // The platform cuts the scheme off without a look at it.
          if (!/^bearer /i.test(authorization)) {
            return yield* new UnauthorizedError()
          }
          const { sub } = yield* payloadOf(token)
          const userId = yield* Effect.mapError(
            Schema.decodeUnknown(UserId)(sub),
            () => new UnauthorizedError()
          )
          return Caller.User({ userId })
        })
      }
    })
  )
