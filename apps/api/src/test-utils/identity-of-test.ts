import { Effect, Redacted } from "effect"
import { type JWTPayload, SignJWT } from "jose"
import * as IdentityJwt from "../middleware/identity-jwt.ts"

/** What tokens of a test are signed with. */
export const secret = "a secret of more than thirty-two bytes"

/** What tokens of a test have to say of themselves. */
export const expected = { issuer: "https://issuer.example", audience: "big-ocean" }

/** Callers are whom their tokens name. */
export const layer = IdentityJwt.layer({
  mode: "jwt",
  key: { type: "secret", secret: Redacted.make(secret) },
  ...expected
})

/** Good until 2100. A claim can be left out by `undefined`. */
export const claimsOf = (claims: Readonly<Record<string, unknown>>): JWTPayload => ({
  sub: "alice",
  iss: expected.issuer,
  aud: expected.audience,
  exp: 4_102_444_800,
  ...claims
})

/** The header that a user sends. */
export const bearer = (userId: string) =>
  Effect.promise(() =>
    new SignJWT(claimsOf({ sub: userId }))
      .setProtectedHeader({ alg: "HS256" })
      .sign(new TextEncoder().encode(secret))
  ).pipe(Effect.map((token) => ({ authorization: `Bearer ${token}` })))
