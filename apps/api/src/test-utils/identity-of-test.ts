import { Redacted } from "effect"
import * as IdentityJwt from "../middleware/identity-jwt.ts"

/** What tokens of a test are signed with. */
const secret = "a secret of more than thirty-two bytes"

/** Callers are whom their tokens name. */
export const layer = IdentityJwt.layer({
  mode: "jwt",
  key: { type: "secret", secret: Redacted.make(secret) },
  issuer: "https://issuer.example",
  audience: "big-ocean"
})
