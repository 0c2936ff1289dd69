import { Redacted } from "effect"
import { SignJWT } from "jose"
import type { Jwt } from "../config-authentication.ts"

const secret = "a secret of the tests, 32 bytes long or more"

/** How tokens are signed in tests. */
export const settings: Jwt = {
  mode: "jwt",
  key: { type: "secret", secret: Redacted.make(secret) },
  issuer: "https://issuer.example",
  audience: "big-ocean"
}

/** A good token for a user. */
export const signTokenFor = (user: string): Promise<string> =>
  new SignJWT()
    .setProtectedHeader({ alg: "HS256" })
    .setSubject(user)
    .setIssuer(settings.issuer)
    .setAudience(settings.audience)
    .setIssuedAt()
    .setExpirationTime("1 hour")
    .sign(new TextEncoder().encode(secret))
