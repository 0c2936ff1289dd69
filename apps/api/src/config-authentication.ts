import { Config, ConfigError, Either, Option, Redacted } from "effect"

export const isProduction = Config.string("NODE_ENV").pipe(
  Config.map((value) => value === "production"),
  Config.withDefault(false)
)

/** `off` is for a developer's own machine, and for nothing else. */
export const authMode = Config.all([
  Config.option(Config.literal("off", "jwt")("AUTH_MODE")),
  isProduction
]).pipe(
  Config.mapOrFail(([mode, inProduction]) =>
    inProduction && Option.contains(mode, "off")
      ? Either.left(ConfigError.InvalidData(["AUTH_MODE"], "cannot be off with NODE_ENV=production"))
      : Either.right(Option.getOrElse(mode, () => (inProduction ? "jwt" : "off")))
  )
)

const minSecretBytes = 32

const secret = Config.redacted(Config.nonEmptyString("AUTH_JWT_SECRET")).pipe(
  Config.mapOrFail((value) =>
    Buffer.byteLength(Redacted.value(value)) >= minSecretBytes
      ? Either.right({ type: "secret" as const, secret: value })
      : Either.left(
          ConfigError.InvalidData(["AUTH_JWT_SECRET"], `must be at least ${minSecretBytes} bytes long`)
        )
  )
)

const jwks = Config.url("AUTH_JWKS_URL").pipe(
  Config.validate({
    message: "must be a URL of http or https",
    validation: ({ protocol }) => protocol === "https:" || protocol === "http:"
  }),
  Config.map((url) => ({ type: "jwks" as const, url }))
)

type SigningKey = Config.Config.Success<typeof secret> | Config.Config.Success<typeof jwks>

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

/** How tokens are signed, and what they must say of themselves. */
export const jwt = Config.all({
  mode: Config.succeed("jwt" as const),
  key: signingKey,
  issuer: Config.nonEmptyString("AUTH_JWT_ISSUER"),
  audience: Config.nonEmptyString("AUTH_JWT_AUDIENCE")
})
export type Jwt = Config.Config.Success<typeof jwt>

/** How callers are told apart. */
export type Authentication = { readonly mode: "off" } | Jwt
