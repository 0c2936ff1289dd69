import { Effect } from "effect"
import type { Signer } from "./signers.ts"

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url")

/** Claims that are signed well and are not enough. The clock stands at 0, and 5 seconds are tolerated. */
const badClaims = {
  "that has expired": { exp: -5 },
  "without an end": { exp: undefined },
  "with an end of null": { exp: null },
  "with an end as text": { exp: "4102444800" },
  "that is not good yet": { nbf: 6 },
  "with a beginning as text": { nbf: "0" },
  "for another audience": { aud: "big-lake" },
  "for other audiences": { aud: ["big-lake", "big-sea"] },
  "for no audience": { aud: undefined },
  "of another issuer": { iss: "https://issuer.example/" },
  "of no issuer": { iss: undefined },
  "of nobody": { sub: undefined },
  "of null": { sub: null },
  "of an empty name": { sub: "" },
  "of a number": { sub: 1 },
  "of a list": { sub: ["alice"] },
  "of a name with NUL": { sub: "alice\0" },
  "of a name with a lone surrogate": { sub: "alice\ud800" },
  "of a name of 256 bytes": { sub: "é".repeat(128) }
}

/** What stands in the header instead of a scheme and a token. */
const badHeaders = (token: string): Readonly<Record<string, string>> => {
  const [header = "", payload = "", signature = ""] = token.split(".")
  const none = ["none", "None", "NONE"].map((alg) => [alg, encode({ alg, typ: "JWT" })] as const)
  return {
    ...Object.fromEntries(
      none.flatMap(([alg, unsigned]) => [
        [`of the algorithm ${alg}`, `Bearer ${unsigned}.${payload}.`],
        [`of the algorithm ${alg}, signed`, `Bearer ${unsigned}.${payload}.${signature}`]
      ])
    ),
    "without an algorithm": `Bearer ${encode({ typ: "JWT" })}.${payload}.${signature}`,
    "of somebody else's payload": `Bearer ${header}.${encode({ sub: "mallory" })}.${signature}`,
    "without a signature": `Bearer ${header}.${payload}.`,
    "of two parts": `Bearer ${header}.${payload}`,
    "of five parts": `Bearer ${header}.${payload}.${signature}.${payload}.${signature}`,
    "that is cut off": `Bearer ${token.slice(0, -8)}`,
    "that goes on": `Bearer ${token}AAAA`,
    "with a blank": `Bearer ${token.slice(0, 20)} ${token.slice(20)}`,
    twice: `Bearer ${token}, Bearer ${token}`,
    "of dots": "Bearer ..",
    "of garbage": "Bearer garbage",
    "of garbage in three parts": "Bearer a.b.c",
    "of bytes": "Bearer \xff\xfe.\xff.\xff",
    "of 15,000 characters": `Bearer ${header}.${"A".repeat(14_900)}.${signature}`,
    "of the scheme Basic": `Basic ${token}`,
    "of the scheme Token": `Token ${token}`,
    "without a scheme": token,
    "after nothing": "Bearer",
    "of nothing": ""
  }
}

/** `Authorization` headers that name nobody, each with what is wrong with it. */
export const badTokens = Effect.fnUntraced(function* ({ forged, sign }: Signer) {
  const claimed = Object.entries(badClaims).map(([name, claims]) => [name, () => sign(claims)] as const)
  const signed = yield* Effect.forEach([...claimed, ...Object.entries(forged)], ([name, make]) =>
    Effect.map(Effect.promise(make), (token) => [name, `Bearer ${token}`] as const)
  )
  const good = yield* Effect.promise(() => sign({}))
  return [...signed, ...Object.entries(badHeaders(good))].map(([name, authorization]) => ({
    name: `a token ${name}`,
    authorization
  }))
})
