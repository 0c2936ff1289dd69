import { assert, it } from "@effect/vitest"
import type { Identity } from "@workspace/contracts"
import { AgentScripted } from "@workspace/domain/test-utils"
import { Context, Effect, Layer, Struct } from "effect"
import * as IdentityJwt from "../../middleware/identity-jwt.ts"
import { ask, posting } from "../../test-utils/exchange.ts"
import * as IdentityOfTest from "../../test-utils/identity-of-test.ts"
import * as Log from "../../test-utils/log.ts"
import * as ServerInMemory from "../../test-utils/server-in-memory.ts"
import { badTokens } from "./bad-tokens.ts"
import * as KeyServer from "./key-server.ts"
import * as Signers from "./signers.ts"

class Signer extends Context.Tag("Signer")<Signer, Signers.Signer>() {}

const ofSecret = Layer.merge(IdentityOfTest.layer, Layer.effect(Signer, Signers.ofSecret))

const ofKeys = Layer.unwrapScoped(
  Effect.gen(function* () {
    const key = yield* Signers.makeKey("RS256", "one")
    const other = yield* Signers.makeKey("RS256", "two")
    const { url } = yield* KeyServer.make([key.jwk])
    return Layer.merge(
      IdentityJwt.layer({ mode: "jwt", key: { type: "jwks", url }, ...IdentityOfTest.expected }),
      Layer.succeed(Signer, Signers.ofKey(key, other))
    )
  })
)

const refusal = {
  _tag: "UnauthorizedError",
  type: "/problems/unauthorized",
  title: "Not signed in",
  status: 401,
  detail: "This needs a valid bearer token.",
  code: "UNAUTHORIZED"
}

const sessions = ServerInMemory.layerSessions(AgentScripted.says("Thank you."))

const layerServer = (identity: Layer.Layer<Identity | Signer>) =>
  ServerInMemory.layerServer(sessions, { identity }).pipe(
    Layer.provideMerge(identity),
    Layer.provideMerge(Log.layer)
  )

const describeTokens = (name: string, identity: Layer.Layer<Identity | Signer>) =>
  it.layer(layerServer(identity))(name, (it) => {
    it.effect("a bad one is refused, whatever is wrong with it, in the same bytes", () =>
      Effect.gen(function* () {
        const { text } = yield* ask({ path: "/api/sessions" })
        for (const { authorization, name } of yield* Effect.flatMap(Signer, badTokens)) {
          for (const exchange of [{ path: "/api/sessions" }, posting("/api/assessment/start", {})]) {
            const headers = { ...exchange.headers, authorization }
            const reply = yield* ask({ ...exchange, headers })
            assert.strictEqual(reply.status, 401, name)
            assert.strictEqual(reply.text, text, name)
            assert.deepStrictEqual(reply.body, refusal)
            assert.deepInclude(reply.headers, {
              "content-type": "application/problem+json",
              "www-authenticate": "Bearer"
            })
          }
        }
      })
    )

    it.effect("none is told to the log", () =>
      Effect.gen(function* () {
        const lines = yield* Log.Log
        lines.length = 0
        const tokens = yield* Effect.flatMap(Signer, badTokens)
        for (const { authorization } of tokens) {
          yield* ask({ path: "/api/sessions", headers: { authorization } })
        }
        assert.isAtLeast(lines.length, tokens.length, "what is answered is logged")
        const logged = JSON.stringify(lines)
        for (const { authorization } of tokens) {
          for (const part of authorization.split(/[ .,]+/).filter(({ length }) => length > 16)) {
            assert.notInclude(logged, part)
          }
        }
      })
    )

    it.effect.each([
      ["as it should be", {}],
      ["that has expired less than 5 seconds ago", { exp: -4 }],
      ["that is good in 5 seconds", { nbf: 5 }],
      ["for several audiences", { aud: ["big-lake", "big-ocean"] }],
      ["of a name of 255 bytes", { sub: "x".repeat(255) }],
      ["of a name in any script", { sub: "Ålice 愛 👩‍👩‍👧" }]
    ] as const)("a token %s is taken", ([, claims]) =>
      Effect.gen(function* () {
        const { sign } = yield* Signer
        const token = yield* Effect.promise(() => sign(claims))
        for (const scheme of ["Bearer", "bearer", "BEARER"]) {
          const headers = { authorization: `${scheme} ${token}`, "content-type": "application/json" }
          const reply = yield* ask({ ...posting("/api/sessions", {}), headers })
          assert.strictEqual(reply.status, 201, reply.text)
          assert.nestedPropertyVal(reply.body, "userId", IdentityOfTest.claimsOf(claims).sub)
          assert.notProperty(Struct.omit(reply.headers, "etag"), "www-authenticate")
        }
      })
    )
  })

describeTokens("tokens of a secret", ofSecret)
describeTokens("tokens of a key server", ofKeys)
