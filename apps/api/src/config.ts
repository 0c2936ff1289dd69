import { join } from "node:path"
import { Config, ConfigError, Duration, Effect, Either, LogLevel, Option, Redacted } from "effect"
import { type Authentication, authMode, isProduction, jwt } from "./config-authentication.ts"
import { isLoopback } from "./loopback.ts"

/** Without identity anybody could claim to be anyone: such a server is reachable from its own machine alone. */
const loopbackHost = Config.nonEmptyString("HOST").pipe(
  Config.withDefault("127.0.0.1"),
  Config.mapOrFail((value) =>
    isLoopback(value)
      ? Either.right(value)
      : Either.left(
          ConfigError.InvalidData(
            ["HOST"],
            "must be a loopback address (127.0.0.1, ::1) while AUTH_MODE is off"
          )
        )
  )
)

const isPostgresUrl = (value: string) => /^postgres(ql)?:\/\//.test(value) && URL.canParse(value)

// Checked after it is redacted: what is redacted hides its own messages.
const databaseUrl = Config.redacted(Config.nonEmptyString("DATABASE_URL")).pipe(
  Config.mapOrFail((url) =>
    isPostgresUrl(Redacted.value(url))
      ? Either.right(url)
      : Either.left(
          ConfigError.InvalidData(
            ["DATABASE_URL"],
            "must be a URL like postgresql://user:password@host:5432/database"
          )
        )
  ),
  Config.option
)

const integerBetween = (name: string, minimum: number, maximum: number, byDefault: number) =>
  // `Config.integer` takes nothing for 0.
  Config.string(name).pipe(
    Config.mapOrFail((text) => {
      const value = /^\d{1,9}$/.test(text) ? Number(text) : -1
      return value >= minimum && value <= maximum
        ? Either.right(value)
        : Either.left(ConfigError.InvalidData([name], `must be a whole number from ${minimum} to ${maximum}`))
    }),
    Config.withDefault(byDefault)
  )

const dataDirectory = Config.nonEmptyString("DATA_DIR").pipe(Config.withDefault(".data"))

/** Where everything is stored. */
export const database = Config.all({
  databaseUrl,
  maxConnections: integerBetween("DATABASE_POOL_MAX", 1, 200, 10),
  dataDirectory
})

/** Where saved sessions are: beside the embedded database, if nothing else is said. */
const archiveDirectory = Config.all([
  Config.option(Config.nonEmptyString("ARCHIVE_DIR")),
  dataDirectory
]).pipe(Config.map(([directory, data]) => Option.getOrElse(directory, () => join(data, "sessions"))))

const upToOneMinute = (name: string, byDefault: Duration.Duration) =>
  Config.duration(name).pipe(
    Config.validate({
      message: "must be a duration from 0 seconds to 1 minute, like 300 millis or 5 seconds",
      validation: (value: Duration.Duration) => Duration.lessThanOrEqualTo(value, Duration.minutes(1))
    }),
    Config.withDefault(byDefault)
  )

/** The file of the agents beside Nerin. */
export const agentsFile = Config.option(Config.nonEmptyString("AGENTS_FILE"))

/** When Nerin has asked enough. */
const stoppingRule = Config.all({
  targetPrecision: Config.number("NERIN_PRECISION").pipe(
    Config.validate({
      message: "must be from 0.55 to 0.95",
      validation: (value) => value >= 0.55 && value <= 0.95
    }),
    Config.withDefault(0.9)
  ),
  maxItems: integerBetween("NERIN_MAX_ITEMS", 1, 120, 120)
})

const baseUrl = (name: string, byDefault: string) =>
  Config.nonEmptyString(name).pipe(
    Config.validate({
      message: `must be a URL like ${byDefault}`,
      validation: (value) => /^https?:\/\//.test(value) && URL.canParse(value)
    }),
    Config.withDefault(byDefault)
  )

/** After how many answers of its user a session is saved; 0 is never. */
const autoSaveEvery = integerBetween("AUTO_SAVE_EVERY", 0, 1_000, 5)

/** Where the workspaces are, and how many there may be at once. Without a root there are none. */
const workspaces = Config.all({
  root: Config.option(Config.nonEmptyString("WORKSPACE_ROOT")),
  maximum: integerBetween("WORKSPACE_MAX_SESSIONS", 1, 64, 4)
})

/** The providers of the models that play agents. One without a key is not asked. */
const languageModels = Config.all({
  openai: Config.all({
    apiKey: Config.option(Config.redacted(Config.nonEmptyString("OPENAI_API_KEY"))),
    baseUrl: baseUrl("OPENAI_BASE_URL", "https://api.openai.com/v1")
  }),
  anthropic: Config.all({
    apiKey: Config.option(Config.redacted(Config.nonEmptyString("ANTHROPIC_API_KEY"))),
    baseUrl: baseUrl("ANTHROPIC_BASE_URL", "https://api.anthropic.com")
  })
})

/** How the log looks. What is wrong in it does not stop a command that asks for nothing else. */
export const logging = Config.all({
  level: Config.logLevel("LOG_LEVEL").pipe(Config.withDefault(LogLevel.Info)),
  isProduction
})

export const hotRoutes = Config.boolean("HOT_ROUTES").pipe(Config.withDefault(true))

/** How sessions are written and read. */
const sessionStore = Config.all({
  groupCommit: Config.boolean("GROUP_COMMIT").pipe(Config.withDefault(true)),
  historyCacheBytes: integerBetween("HISTORY_CACHE_MIB", 0, 4_096, 32).pipe(
    Config.map((mebibytes) => mebibytes * 1_048_576)
  )
})

const settingsWith = (
  authentication: Config.Config<Authentication>,
  host: Config.Config<string>,
  requestsPerMinute: number
) =>
  Config.all({
    autoSaveEvery,
    archiveDirectory,
    authentication,
    database,
    languageModels,
    logging,
    rateLimits: Config.all({
      /** Of one caller; 0 is no limit. */
      requestsPerMinute: integerBetween("RATE_LIMIT", 0, 1_000_000, requestsPerMinute),
      /** How many proxies of ours a request passes, each of which adds to X-Forwarded-For. */
      trustedProxies: integerBetween("TRUSTED_PROXIES", 0, 10, 0)
    }),
    server: Config.all({
      /** How long a balancer has to notice that a stopping process is not ready. */
      drainGrace: upToOneMinute("DRAIN_GRACE", Duration.millis(300)),
      host,
      /** Whether the busiest operations are served ahead of the platform's router. */
      hotRoutes,
      port: Config.port("PORT").pipe(Config.withDefault(3000))
    }),
    sessionStore,
    stoppingRule,
    workspaces
  })

const settingsOff = settingsWith(Config.succeed({ mode: "off" }), loopbackHost, 0)
// All addresses of both families: platforms reach their containers on either.
const settingsJwt = settingsWith(jwt, Config.nonEmptyString("HOST").pipe(Config.withDefault("::")), 600)

/** What the environment says. Everything that is wrong in it is reported at once. */
export const settings = Effect.matchEffect(authMode, {
  onSuccess: (mode) => (mode === "off" ? settingsOff : settingsJwt),
  onFailure: (error) =>
    Effect.matchEffect(settingsOff, {
      onSuccess: () => Effect.fail(error),
      onFailure: (others) => Effect.fail(ConfigError.And(error, others))
    })
})
export type Settings = Config.Config.Success<typeof settingsOff>
