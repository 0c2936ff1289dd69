import { Effect } from "effect"
import {
  type CryptoKey,
  exportJWK,
  exportSPKI,
  generateKeyPair,
  type JWTHeaderParameters,
  SignJWT
} from "jose"
import { claimsOf, secret } from "../../test-utils/identity-of-test.ts"

type Claims = Readonly<Record<string, unknown>>

const bytes = (text: string) => new TextEncoder().encode(text)

/** Signs as whoever holds the server's keys does. */
export interface Signer {
  readonly sign: (claims: Claims) => Promise<string>
  /** Tokens that are signed as they must not be. */
  readonly forged: Readonly<Record<string, () => Promise<string>>>
}

const signed = (
  header: JWTHeaderParameters,
  key: CryptoKey | Uint8Array,
  claims: Claims = {}
): Promise<string> => new SignJWT(claimsOf(claims)).setProtectedHeader(header).sign(key)

export const ofSecret: Effect.Effect<Signer> = Effect.promise(async () => {
  const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true })
  const jwk = await exportJWK(publicKey)
  return {
    sign: (claims) => signed({ alg: "HS256" }, bytes(secret), claims),
    forged: {
      "by another secret": () => signed({ alg: "HS256" }, bytes(`${secret}.`)),
      "by no secret": () => signed({ alg: "HS256" }, bytes("\0".repeat(32))),
      "as HS384": () => signed({ alg: "HS384" }, bytes(secret)),
      "as HS512": () => signed({ alg: "HS512" }, bytes(secret)),
      "by a key of its own": () => signed({ alg: "ES256" }, privateKey),
      "by a key that it brings": () => signed({ alg: "ES256", jwk }, privateKey)
    }
  }
})

/** A key pair, and its public half as a key server gives it out. */
export const makeKey = (alg: "RS256" | "ES256", kid: string) =>
  Effect.promise(async () => {
    const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
    return {
      jwk: { ...(await exportJWK(publicKey)), kid, alg },
      pem: await exportSPKI(publicKey),
      sign: (claims: Claims = {}, header: JWTHeaderParameters = { alg, kid }) =>
        signed(header, privateKey, claims)
    }
  })
export type Key = Effect.Effect.Success<ReturnType<typeof makeKey>>

export const ofKey = (key: Key, other: Key): Signer => {
  const { alg, kid } = key.jwk
  return {
    sign: key.sign,
    forged: {
      "by another key under its name": () => other.sign({}, { alg, kid }),
      "by a key that nobody knows": () => other.sign(),
      "by a key that it brings": () => other.sign({}, { alg, jwk: other.jwk }),
      "by the public key as a secret": () => signed({ alg: "HS256", kid }, bytes(key.pem)),
      "by the public key's text as a secret": () =>
        signed({ alg: "HS256", kid }, bytes(JSON.stringify(key.jwk)))
    }
  }
}
