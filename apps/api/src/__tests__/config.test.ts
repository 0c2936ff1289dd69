import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Duration, Effect, LogLevel, Option, Redacted } from "effect"
import * as Config from "../config.ts"

const read = (env: Record<string, string>) =>
  Effect.withConfigProvider(Config.settings, ConfigProvider.fromMap(new Map(Object.entries(env))))

const refusal = (env: Record<string, string>) => Effect.map(Effect.flip(read(env)), String)

describe("the settings", () => {
  it.effect("are those of a local server with an embedded database when nothing is said", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* read({}), {
        autoSaveEvery: 5,
        archiveDirectory: ".data/sessions",
        database: { databaseUrl: Option.none(), maxConnections: 10, dataDirectory: ".data" },
        languageModels: {
          openai: { apiKey: Option.none(), baseUrl: "https://api.openai.com/v1" },
          anthropic: { apiKey: Option.none(), baseUrl: "https://api.anthropic.com" }
        },
        authentication: { mode: "off" },
        rateLimits: { requestsPerMinute: 0, trustedProxies: 0 },
        server: { drainGrace: Duration.millis(300), host: "127.0.0.1", hotRoutes: true, port: 3000 },
        logging: { level: LogLevel.Info, isProduction: false },
        sessionStore: { groupCommit: true, historyCacheBytes: 33_554_432 },
        stoppingRule: { targetPrecision: 0.9, maxItems: 120 },
        workspaces: { root: Option.none(), maximum: 4 }
      })
    })
  )

  it.effect("are the defaults too where an empty text stands", () =>
    Effect.gen(function* () {
      const { database, server } = yield* read({ DATABASE_URL: "", DATA_DIR: "", HOST: "" })
      assert.deepStrictEqual([database.dataDirectory, server.host], [".data", "127.0.0.1"])
      assert.deepStrictEqual(database.databaseUrl, Option.none())
    })
  )

  it.effect("keep saved sessions beside the data, or where it is said", () =>
    Effect.gen(function* () {
      const directoryOf = (env: Record<string, string>) => Effect.map(read(env), (_) => _.archiveDirectory)
      assert.strictEqual(yield* directoryOf({ DATA_DIR: "/data" }), "/data/sessions")
      assert.strictEqual(yield* directoryOf({ DATA_DIR: "/data", ARCHIVE_DIR: "/files" }), "/files")
      assert.strictEqual(yield* directoryOf({ ARCHIVE_DIR: "" }), ".data/sessions")
    })
  )

  it.effect("have workspaces where it is said, as many as it is said", () =>
    Effect.gen(function* () {
      const workspacesOf = (env: Record<string, string>) => Effect.map(read(env), (_) => _.workspaces)
      assert.deepStrictEqual(yield* workspacesOf({ WORKSPACE_ROOT: "/root", WORKSPACE_MAX_SESSIONS: "64" }), {
        root: Option.some("/root"),
        maximum: 64
      })
      assert.deepStrictEqual((yield* workspacesOf({ WORKSPACE_ROOT: "" })).root, Option.none())
    })
  )

  it.effect("say what is wrong with a URL and a log level, and do not repeat the URL", () =>
    Effect.gen(function* () {
      const message = yield* refusal({ DATABASE_URL: "mysql://user:secret@host/database", LOG_LEVEL: "loud" })
      assert.include(message, "DATABASE_URL")
      assert.include(message, "postgresql://user:password@host:5432/database")
      assert.include(message, "LOG_LEVEL")
      assert.notInclude(message, "secret")
    })
  )

  it.effect.each(["soon", "2 minutes", "Infinity"])("refuse to drain for %j", (grace) =>
    Effect.gen(function* () {
      assert.include(yield* refusal({ DRAIN_GRACE: grace }), "DRAIN_GRACE")
    })
  )

  it.effect("limit requests where callers are told apart", () =>
    Effect.gen(function* () {
      const jwt = {
        AUTH_MODE: "jwt",
        AUTH_JWT_SECRET: "x".repeat(32),
        AUTH_JWT_ISSUER: "i",
        AUTH_JWT_AUDIENCE: "a"
      }
      const said = { RATE_LIMIT: "1000000", TRUSTED_PROXIES: "10" }
      const limits = (env: Record<string, string>) => Effect.map(read(env), ({ rateLimits }) => rateLimits)
      assert.deepStrictEqual(yield* limits(jwt), { requestsPerMinute: 600, trustedProxies: 0 })
      assert.deepStrictEqual(yield* limits({ ...jwt, RATE_LIMIT: "0" }), {
        requestsPerMinute: 0,
        trustedProxies: 0
      })
      for (const env of [said, { ...jwt, ...said }]) {
        assert.deepStrictEqual(yield* limits(env), { requestsPerMinute: 1_000_000, trustedProxies: 10 })
      }
    })
  )

  it.effect("are what is said", () =>
    Effect.gen(function* () {
      const url = "postgresql://user:secret@host:5432/database"
      const { database, server } = yield* read({
        DATABASE_URL: url,
        DATABASE_POOL_MAX: "200",
        DATA_DIR: "elsewhere",
        HOST: "::1",
        PORT: "8080",
        AUTH_MODE: "off",
        DRAIN_GRACE: "5 seconds"
      })
      assert.deepStrictEqual(Option.map(database.databaseUrl, Redacted.value), Option.some(url))
      assert.notInclude(JSON.stringify(database), "secret")
      assert.deepStrictEqual([database.maxConnections, database.dataDirectory], [200, "elsewhere"])
      assert.deepStrictEqual(server, {
        drainGrace: Duration.seconds(5),
        host: "::1",
        hotRoutes: true,
        port: 8080
      })
    })
  )

  it.effect.each([
    { PORT: "0x" },
    { PORT: "70000" },
    { PORT: "" },
    { DATABASE_POOL_MAX: "0" },
    { DATABASE_POOL_MAX: "201" },
    { DATABASE_POOL_MAX: "1.5" },
    { DATABASE_URL: "mysql://host/database" },
    { DATABASE_URL: "host=localhost" },
    { AUTH_MODE: "on" },
    { RATE_LIMIT: "-1" },
    { RATE_LIMIT: "1000001" },
    { RATE_LIMIT: "0.5" },
    { RATE_LIMIT: "many" },
    { RATE_LIMIT: "" },
    { TRUSTED_PROXIES: "" },
    { DATABASE_POOL_MAX: "" },
    { TRUSTED_PROXIES: "-1" },
    { TRUSTED_PROXIES: "11" },
    { TRUSTED_PROXIES: "loopback" },
    { OPENAI_BASE_URL: "api.openai.com" },
    { ANTHROPIC_BASE_URL: "ftp://api.anthropic.com" },
    { NERIN_PRECISION: "0.5" },
    { NERIN_PRECISION: "0.96" },
    { NERIN_PRECISION: "high" },
    { NERIN_MAX_ITEMS: "0" },
    { NERIN_MAX_ITEMS: "121" },
    { WORKSPACE_MAX_SESSIONS: "0" },
    { WORKSPACE_MAX_SESSIONS: "65" },
    { WORKSPACE_MAX_SESSIONS: "four" },
    { WORKSPACE_MAX_SESSIONS: "" },
    { HOST: "0.0.0.0" },
    { HOST: "::" },
    { HOST: "127.0.0.1.example.org" }
  ])("refuse %o, and name it", (env) =>
    Effect.gen(function* () {
      const [name = ""] = Object.keys(env)
      assert.include(yield* refusal(env), name)
    })
  )

  it.effect("report all that is wrong at once, and repeat no password", () =>
    Effect.gen(function* () {
      const wrong = {
        DATABASE_URL: "mysql://user:pass-word@host/database",
        DATABASE_POOL_MAX: "many",
        HOST: "0.0.0.0",
        PORT: "http",
        RATE_LIMIT: "-1",
        TRUSTED_PROXIES: "all",
        AUTH_MODE: "on"
      }
      const message = yield* refusal(wrong)
      for (const name of Object.keys(wrong)) assert.include(message, name)
      assert.notInclude(message, "pass-word")
    })
  )
})
