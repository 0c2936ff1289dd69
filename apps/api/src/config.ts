import { Config, ConfigError, Effect, Either, LogLevel, Option } from "effect"

const isProduction = Config.string("NODE_ENV").pipe(
  Config.map((value) => value === "production"),
  Config.withDefault(false)
)

const authMode = Config.zipWith(
  Config.option(Config.literal("off", "jwt")("AUTH_MODE")),
  isProduction,
  (mode, inProduction) => Option.getOrElse(mode, () => (inProduction ? "jwt" : "off"))
)

const loopback = new Set(["localhost", "127.0.0.1", "::1"])

/** Without identity anybody could claim to be anyone: such a server is reachable from its own machine alone. */
const loopbackHost = Config.nonEmptyString("HOST").pipe(
  Config.withDefault("127.0.0.1"),
  Config.mapOrFail((value) =>
    loopback.has(value)
      ? Either.right(value)
      : Either.left(
          ConfigError.InvalidData(
            ["HOST"],
            "must be a loopback address (127.0.0.1, ::1) while AUTH_MODE is off"
          )
        )
  )
)

const secret = Config.redacted(
  Config.string("AUTH_JWT_SECRET").pipe(
    Config.validate({
      message: "must be at least 32 bytes long",
      validation: (value) => Buffer.byteLength(value) >= 32
    })
  )
).pipe(Config.map((value) => ({ type: "secret" as const, secret: value })))

const jwks = Config.url("AUTH_JWKS_URL").pipe(Config.map((url) => ({ type: "jwks" as const, url })))

const signingKey = Config.all([Config.option(secret), Config.option(jwks)]).pipe(
  Config.mapOrFail(([ofSecret, ofJwks]) =>
    Option.isSome(ofSecret) && Option.isSome(ofJwks)
      ? Either.left(ConfigError.InvalidData(["AUTH_JWKS_URL"], "cannot be set together with AUTH_JWT_SECRET"))
      : Either.fromOption(
          Option.orElse<SigningKey, SigningKey>(ofSecret, () => ofJwks),
          () =>
            ConfigError.MissingData(
              ["AUTH_JWT_SECRET"],
              "AUTH_MODE=jwt, the default in production, needs AUTH_JWT_SECRET or AUTH_JWKS_URL"
            )
        )
  )
)

type SigningKey = Config.Config.Success<typeof secret> | Config.Config.Success<typeof jwks>

/** How tokens are signed, and what they must say of themselves. */
export const jwt = Config.all({
  mode: Config.succeed("jwt" as const),
  key: signingKey,
  issuer: Config.nonEmptyString("AUTH_JWT_ISSUER"),
  audience: Config.nonEmptyString("AUTH_JWT_AUDIENCE")
})

const databaseUrl = Config.redacted(
  Config.nonEmptyString("DATABASE_URL").pipe(
    Config.validate({
      message: "must be a URL like postgresql://user:password@host:5432/database",
      validation: (value) => /^postgres(ql)?:\/\//.test(value) && URL.canParse(value)
    })
  )
).pipe(Config.option)

/** Where everything is stored. */
export const database = Config.all({
  databaseUrl,
  maxConnections: Config.integer("DATABASE_POOL_MAX").pipe(
    Config.validate({ message: "must be from 1 to 200", validation: (value) => value >= 1 && value <= 200 }),
    Config.withDefault(10)
  ),
  dataDirectory: Config.nonEmptyString("DATA_DIR").pipe(Config.withDefault(".data"))
})

type Authentication = { readonly mode: "off" } | Config.Config.Success<typeof jwt>

const settingsWith = (authentication: Config.Config<Authentication>, host: Config.Config<string>) =>
  Config.all({
    authentication,
    database,
    server: Config.all({ host, port: Config.port("PORT").pipe(Config.withDefault(3000)) })
  })

const settingsOff = settingsWith(Config.succeed({ mode: "off" }), loopbackHost)
// All addresses of both families: platforms reach their containers on either.
const settingsJwt = settingsWith(jwt, Config.nonEmptyString("HOST").pipe(Config.withDefault("::")))

/** What `serve` needs to know. Everything that is wrong in it is reported at once. */
export const settings = Effect.matchEffect(authMode, {
  onSuccess: (mode) => (mode === "off" ? settingsOff : settingsJwt),
  onFailure: (error) =>
    Effect.matchEffect(settingsOff, {
      onSuccess: () => Effect.fail(error),
      onFailure: (others) => Effect.fail(ConfigError.And(error, others))
    })
})
export type Settings = Config.Config.Success<typeof settingsOff>

export const logging = Config.all({
  level: Config.logLevel("LOG_LEVEL").pipe(Config.withDefault(LogLevel.Info)),
  isProduction
})
