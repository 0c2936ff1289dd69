import { assert, describe, it } from "@effect/vitest"
import { freshDatabase } from "@workspace/database/test-utils"
import { Effect } from "effect"
import { inject } from "vitest"
import { exchange, posting } from "../../test-utils/exchange.ts"
import * as BigOcean from "./big-ocean.ts"

const secret = "pass-word-5e1f-of-32-bytes-and-more"
const env = { AUTH_JWT_SECRET: secret, AUTH_JWT_ISSUER: "big-ocean", AUTH_JWT_AUDIENCE: "big-ocean" }

describe("big-ocean token", () => {
  it.scopedLive("prints a token that names a user to a server of the same settings", () =>
    Effect.gen(function* () {
      const { code, output } = yield* BigOcean.run(["token", "--user", "alice", "--hours", "0.5"], { env })
      assert.strictEqual(code, 0, output)
      const token = output.trim()
      assert.match(token, /^[\w-]+\.[\w-]+\.[\w-]+$/)

      const DATABASE_URL = yield* freshDatabase(inject("postgresUrl"))
      const server = yield* BigOcean.serve({ env: { NODE_ENV: "production", DATABASE_URL, ...env } })
      const create = (authorization: string) =>
        exchange(server.origin, posting("/api/sessions", {}, { authorization }))
      const created = yield* create(`Bearer ${token}`)
      assert.strictEqual(created.status, 201)
      assert.propertyVal(created.body, "userId", "alice")
      assert.strictEqual((yield* create(`Bearer ${token.slice(0, -3)}`)).status, 401)
      assert.notInclude(server.output(), secret)
      assert.notInclude(server.output(), token)
    })
  )

  it.live.each<[string, ReadonlyArray<string>, Record<string, string>, string]>([
    ["no user", [], env, "--user"],
    ["a name of 256 bytes", ["--user", "x".repeat(256)], env, "must be text"],
    ["no time", ["--user", "alice", "--hours", "0"], env, "more than 0"],
    ["a short secret", ["--user", "alice"], { ...env, AUTH_JWT_SECRET: "pass-word-5e1f" }, "32 bytes"],
    [
      "the keys of a server",
      ["--user", "alice"],
      { ...env, AUTH_JWT_SECRET: "", AUTH_JWKS_URL: "https://issuer.example/keys" },
      "AUTH_JWKS_URL"
    ]
  ])("signs nothing for %s, and says why", ([, args, environment, told]) =>
    Effect.gen(function* () {
      const { code, output } = yield* BigOcean.run(["token", ...args], { env: environment })
      assert.strictEqual(code, 1)
      assert.include(output, told)
      assert.notMatch(output, /[\w-]{16,}\.[\w-]{16,}\.[\w-]+/)
      assert.notInclude(output, "pass-word-5e1f")
    })
  )
})

describe("big-ocean serve", () => {
  it.live("does not start in production without knowing its callers", () =>
    Effect.gen(function* () {
      const { code, output } = yield* BigOcean.run(["serve"], { env: { NODE_ENV: "production" } })
      assert.strictEqual(code, 1)
      for (const name of ["AUTH_JWT_SECRET", "AUTH_JWKS_URL", "AUTH_JWT_ISSUER", "AUTH_JWT_AUDIENCE"]) {
        assert.include(output, name)
      }
    })
  )
})
