import { OpenApi } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { BigOceanApi } from "@workspace/contracts"
import { freshDatabase } from "@workspace/database/test-utils"
import { Effect } from "effect"
import { Client } from "pg"
import { inject } from "vitest"
import * as BigOcean from "./big-ocean.ts"

const tablesOf = (url: string) =>
  Effect.promise(async () => {
    const client = new Client({ connectionString: url })
    await client.connect()
    const { rows } = await client.query<{ name: string }>(
      "select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1"
    )
    await client.end()
    return rows.map(({ name }) => name)
  })

describe("big-ocean", () => {
  it.live("says what it can do", () =>
    Effect.gen(function* () {
      const { code, output } = yield* BigOcean.run(["--help"], { env: {} })
      assert.strictEqual(code, 0)
      for (const told of ["big-ocean", "serve", "migrate", "openapi", "--version"])
        assert.include(output, told)
    })
  )

  it.live("prints the OpenAPI document and nothing else, whatever is wrong with its environment", () =>
    Effect.gen(function* () {
      const { code, output } = yield* BigOcean.run(["openapi"], {
        env: { DATABASE_URL: "mysql:", PORT: "http" }
      })
      assert.strictEqual(code, 0, output)
      assert.deepStrictEqual(JSON.parse(output), JSON.parse(JSON.stringify(OpenApi.fromApi(BigOceanApi))))
    })
  )

  it.scopedLive("migrates a database and ends, also when it is migrated", () =>
    Effect.gen(function* () {
      const url = yield* freshDatabase(inject("postgresUrl"))
      assert.deepStrictEqual(yield* tablesOf(url), [])
      for (const _ of ["fresh", "migrated"]) {
        const { code, output } = yield* BigOcean.run(["migrate"], {
          // Where a server would listen is none of its business.
          env: { DATABASE_URL: url, HOST: "0.0.0.0" }
        })
        assert.strictEqual(code, 0, output)
        assert.include(output, "The database is up to date")
        assert.notInclude(output, `:${new URL(url).password}@`)
        assert.includeMembers(yield* tablesOf(url), ["messages", "sessions"])
      }
    })
  )

  it.live("tells a wrong password from a right one, and repeats neither", () =>
    Effect.gen(function* () {
      const url = new URL(inject("postgresUrl"))
      url.password = "pass-word-5e1f"
      const { code, output } = yield* BigOcean.run(["serve"], { env: { DATABASE_URL: url.href } })
      assert.strictEqual(code, 1)
      assert.include(output, "SQLSTATE 28P01")
      assert.notInclude(output, "pass-word-5e1f")
    })
  )

  it.live("reports at once all that is wrong with its environment, without the password", () =>
    Effect.gen(function* () {
      const env = {
        DATABASE_URL: "mysql://user:pass-word-5e1f@host/database",
        DATABASE_POOL_MAX: "0",
        HOST: "0.0.0.0",
        PORT: "http",
        AUTH_MODE: "on",
        AGENTS_FILE: "no/such/agents.json"
      }
      const { code, output } = yield* BigOcean.run(["serve"], { env })
      assert.strictEqual(code, 1)
      for (const name of Object.keys(env)) assert.include(output, name)
      assert.include(output, "must be a loopback address")
      assert.notInclude(output, "pass-word-5e1f")
      assert.notInclude(output, "    at ", "a stack")
    })
  )
})
