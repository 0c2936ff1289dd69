import { Config, ConfigError, Duration, Either, LogLevel, Redacted } from "effect"
import { isLoopback } from "./loopback.ts"

const authMode = Config.literal("off")("AUTH_MODE").pipe(Config.withDefault("off" as const))

/** Without identity anybody could claim to be anyone: such a server is reachable from its own machine alone. */
const host = Config.nonEmptyString("HOST").pipe(
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

/** Where everything is stored. */
export const database = Config.all({
  databaseUrl,
  maxConnections: Config.integer("DATABASE_POOL_MAX").pipe(
    Config.validate({ message: "must be from 1 to 200", validation: (value) => value >= 1 && value <= 200 }),
    Config.withDefault(10)
  ),
  dataDirectory: Config.nonEmptyString("DATA_DIR").pipe(Config.withDefault(".data"))
})

const upToOneMinute = (name: string, byDefault: Duration.Duration) =>
  Config.duration(name).pipe(
    Config.validate({
      message: "must be a duration from 0 seconds to 1 minute, like 300 millis or 5 seconds",
      validation: (value: Duration.Duration) => Duration.lessThanOrEqualTo(value, Duration.minutes(1))
    }),
    Config.withDefault(byDefault)
  )

const server = Config.all({
  /** How long a balancer has to notice that a stopping process is not ready. */
  drainGrace: upToOneMinute("DRAIN_GRACE", Duration.millis(300)),
  authMode,
  host,
  port: Config.port("PORT").pipe(Config.withDefault(3000))
})

/** How the log looks. What is wrong in it does not stop a command that asks for nothing else. */
export const logging = Config.all({
  level: Config.logLevel("LOG_LEVEL").pipe(Config.withDefault(LogLevel.Info)),
  isProduction: Config.string("NODE_ENV").pipe(
    Config.map((value) => value === "production"),
    Config.withDefault(false)
  )
})

/** What the environment says. Everything that is wrong in it is reported at once. */
export const settings = Config.all({ database, server, logging })
export type Settings = Config.Config.Success<typeof settings>
