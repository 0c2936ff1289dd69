import { Command, Options } from "@effect/cli"
import { UserId } from "@workspace/domain"
import { Clock, Console, Data, Duration, Effect, Redacted, Schema } from "effect"
import { SignJWT } from "jose"
import { jwt } from "../config-authentication.ts"

/** Tokens of a remote key set are signed by whoever holds its private keys. */
class NoSecretError extends Data.TaggedError("NoSecretError") {
  override readonly message =
    "Only tokens for AUTH_JWT_SECRET can be signed here, not those for AUTH_JWKS_URL."
}

const user = Options.text("user").pipe(
  Options.withSchema(UserId),
  Options.withDescription("Whom the token names: its subject")
)

const hours = Options.float("hours").pipe(
  Options.withSchema(
    Schema.Number.pipe(
      Schema.filter((value) => value > 0 && value <= 24 * 365, {
        message: () => "must be more than 0 and at most a year, 8760"
      })
    )
  ),
  Options.withDescription("How long the token is good"),
  Options.withDefault(12)
)

/** Signs a token for local use and prints it. */
export const token = Command.make("token", { user, hours }, ({ hours, user }) =>
  Effect.gen(function* () {
    const { audience, issuer, key } = yield* jwt
    if (key.type !== "secret") {
      return yield* new NoSecretError()
    }
    const seconds = Math.floor((yield* Clock.currentTimeMillis) / 1_000)
    const unsigned = new SignJWT()
      .setProtectedHeader({ alg: "HS256" })
      .setSubject(user)
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt(seconds)
      .setExpirationTime(seconds + Math.ceil(Duration.toSeconds(Duration.hours(hours))))
    const secret = new TextEncoder().encode(Redacted.value(key.secret))
    yield* Console.log(yield* Effect.promise(() => unsigned.sign(secret)))
  })
).pipe(Command.withDescription("Sign a token of AUTH_JWT_SECRET for a user, and print it"))
