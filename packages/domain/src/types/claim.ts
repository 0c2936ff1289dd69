import { Schema } from "effect"

/** 256 random bits as base64url: whoever brings it owns the session. Given out once and stored nowhere. */
export const ClaimToken = Schema.String.pipe(
  Schema.pattern(/^[A-Za-z0-9_-]{43}$/, {
    message: () => "must be a claim token: 43 characters of base64url",
    description: "Makes a session of nobody one's own, once: 256 random bits as base64url",
    examples: ["q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA"]
  }),
  Schema.brand("ClaimToken")
)
export type ClaimToken = typeof ClaimToken.Type

/** The SHA-256 of a claim token in hexadecimal: all that the store knows of it. */
export const ClaimHash = Schema.String.pipe(Schema.pattern(/^[0-9a-f]{64}$/), Schema.brand("ClaimHash"))
export type ClaimHash = typeof ClaimHash.Type
