import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect } from "effect"
import * as Config from "../config.ts"

const read = (env: Record<string, string>) =>
  Effect.withConfigProvider(Config.settings, ConfigProvider.fromMap(new Map(Object.entries(env))))

const refusal = (env: Record<string, string>) => Effect.map(Effect.flip(read(env)), String)

const secret = "pass-word-5e1f-of-32-bytes-and-more"
const claims = { AUTH_JWT_ISSUER: "https://issuer.example", AUTH_JWT_AUDIENCE: "big-ocean" }

describe("the settings of identity", () => {
  it.effect("are tokens in production, and on every address", () =>
    Effect.gen(function* () {
      const { authentication, server } = yield* read({
        NODE_ENV: "production",
        AUTH_JWT_SECRET: secret,
        ...claims
      })
      assert(authentication.mode === "jwt" && authentication.key.type === "secret")
      assert.deepInclude(authentication, { issuer: "https://issuer.example", audience: "big-ocean" })
      assert.strictEqual(server.host, "::")
      assert.notInclude(JSON.stringify(authentication), secret)
      assert.notInclude(String(authentication.key.secret), secret)
    })
  )

  it.effect("are the keys of a server", () =>
    Effect.gen(function* () {
      const { authentication } = yield* read({
        AUTH_MODE: "jwt",
        AUTH_JWKS_URL: "https://issuer.example/keys",
        ...claims
      })
      assert(authentication.mode === "jwt" && authentication.key.type === "jwks")
      assert.strictEqual(authentication.key.url.href, "https://issuer.example/keys")
    })
  )

  it.effect("are never off in production, and elsewhere on this machine alone", () =>
    Effect.gen(function* () {
      assert.include(yield* refusal({ NODE_ENV: "production", AUTH_MODE: "off" }), "AUTH_MODE")
      for (const HOST of ["0.0.0.0", "::", "10.0.0.1", "example.org"]) {
        assert.include(yield* refusal({ AUTH_MODE: "off", HOST }), "HOST")
      }
    })
  )

  const onlyJwks = { AUTH_JWKS_URL: "https://issuer.example/keys", ...claims }
  it.effect.each<[string, Record<string, string>, string]>([
    ["no secret", claims, "needs AUTH_JWT_SECRET or AUTH_JWKS_URL"],
    ["an empty secret", { AUTH_JWT_SECRET: "", ...claims }, "needs AUTH_JWT_SECRET or AUTH_JWKS_URL"],
    ["a short secret", { AUTH_JWT_SECRET: secret.slice(0, 31), ...claims }, "at least 32 bytes"],
    ["a secret and keys", { AUTH_JWT_SECRET: secret, ...onlyJwks }, "AUTH_JWKS_URL"],
    ["keys at no URL", { ...onlyJwks, AUTH_JWKS_URL: "issuer.example" }, "AUTH_JWKS_URL"],
    ["keys in a file", { ...onlyJwks, AUTH_JWKS_URL: "file:///keys" }, "http or https"],
    ["no issuer", { ...onlyJwks, AUTH_JWT_ISSUER: "" }, "AUTH_JWT_ISSUER"],
    ["no audience", { ...onlyJwks, AUTH_JWT_AUDIENCE: "" }, "AUTH_JWT_AUDIENCE"]
  ])("refuse production with %s, and do not repeat the secret", ([, env, told]) =>
    Effect.gen(function* () {
      const message = yield* refusal({ NODE_ENV: "production", ...env })
      assert.include(message, told)
      assert.notInclude(message, "pass-word-5e1f")
    })
  )
})
