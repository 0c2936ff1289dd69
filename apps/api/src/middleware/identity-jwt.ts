import { HttpServerRequest } from "@effect/platform"
import { Identity } from "@workspace/contracts"
import { Caller, UnauthorizedError, UserId } from "@workspace/domain"
import { Effect, Layer, Redacted, Schema } from "effect"
import { createRemoteJWKSet, type JWTPayload, jwtVerify } from "jose"
import type { Jwt } from "../config-authentication.ts"

const clockToleranceSeconds = 5

/** The algorithms are pinned: a public key is never taken for a secret, and `none` is none of them. */
const verifierOf = ({ audience, issuer, key }: Jwt): ((token: string) => Promise<JWTPayload>) => {
  const claims = {
    issuer,
    audience,
    clockTolerance: clockToleranceSeconds,
    requiredClaims: ["exp", "sub"]
  }
  if (key.type === "secret") {
    const secret = new TextEncoder().encode(Redacted.value(key.secret))
    const options = { ...claims, algorithms: ["HS256"] }
    return async (token) => (await jwtVerify(token, secret, options)).payload
  }
  const keys = createRemoteJWKSet(key.url, { timeoutDuration: 3_000 })
  const options = { ...claims, algorithms: ["RS256", "PS256", "ES256", "EdDSA"] }
  return async (token) => (await jwtVerify(token, keys, options)).payload
}

/** `AUTH_MODE=jwt`: the token's subject is the user. A request without a token is anonymous. */
export const layer = (settings: Jwt) =>
  Layer.sync(Identity, () => {
    const verify = verifierOf(settings)
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
        const payload = yield* Effect.tryPromise({
          try: () => verify(Redacted.value(token)),
          // What is wrong with a token is the business of whoever issued it; some failures are no JOSE errors.
          catch: () => new UnauthorizedError()
        })
        const userId = yield* Effect.mapError(
          Schema.decodeUnknown(UserId)(payload.sub),
          () => new UnauthorizedError()
        )
        return Caller.User({ userId })
      })
    }
  })
