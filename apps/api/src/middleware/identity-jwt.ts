import { HttpServerRequest } from "@effect/platform"
import { Identity } from "@workspace/contracts"
import { Caller, UnauthorizedError, UserId } from "@workspace/domain"
import { DateTime, Effect, Layer, Redacted, Schema } from "effect"
import { type JWTPayload, type JWTVerifyOptions, jwtVerify } from "jose"
import type { Jwt } from "../config-authentication.ts"
import * as RemoteKeys from "../remote-keys.ts"

const clockToleranceSeconds = 5

type Verify = (token: string, currentDate: Date) => Effect.Effect<JWTPayload, UnauthorizedError>

/** The algorithms are pinned: a public key is never taken for a secret, and `none` is none of them. */
const verifierOf = Effect.fnUntraced(function* (
  { audience, issuer, key }: Jwt,
  options: RemoteKeys.Options
): Effect.fn.Return<Verify> {
  const expected: JWTVerifyOptions = {
    issuer,
    audience,
    clockTolerance: clockToleranceSeconds,
    requiredClaims: ["exp", "sub"]
  }
  if (key.type === "secret") {
    const secret = new TextEncoder().encode(Redacted.value(key.secret))
    return (token, currentDate) =>
      Effect.tryPromise({
        try: () => jwtVerify(token, secret, { ...expected, currentDate, algorithms: ["HS256"] }),
        // What is wrong with a token is the business of whoever issued it; some failures are no JOSE errors.
        catch: () => new UnauthorizedError()
      }).pipe(Effect.map(({ payload }) => payload))
  }
  const withKeys = yield* RemoteKeys.make(key.url, options)
  const algorithms = ["RS256", "PS256", "ES256", "EdDSA"]
  return (token, currentDate) =>
    Effect.map(
      withKeys((keys) => jwtVerify(token, keys, { ...expected, currentDate, algorithms })),
      ({ payload }) => payload
    )
})

/** `AUTH_MODE=jwt`: the token's subject is the user. A request without a token is anonymous. */
export const layer = (settings: Jwt, options: RemoteKeys.Options = {}) =>
  Layer.effect(
    Identity,
    Effect.gen(function* () {
      const verify = yield* verifierOf(settings, options)

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
          const { sub } = yield* verify(Redacted.value(token), DateTime.toDateUtc(yield* DateTime.now))
          const userId = yield* Effect.mapError(
            Schema.decodeUnknown(UserId)(sub),
            () => new UnauthorizedError()
          )
          return Caller.User({ userId })
        })
      }
    })
  )
