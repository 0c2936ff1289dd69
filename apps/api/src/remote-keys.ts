import { UnauthorizedError, UnavailableError } from "@workspace/domain"
import { Clock, Data, Duration, Effect, Option, Ref } from "effect"
import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from "jose"

export interface Options {
  /** For how long an unknown key is not asked for again. */
  readonly cooldown?: Duration.DurationInput
  /** How long the key server may take. */
  readonly timeout?: Duration.DurationInput
}

/** After this keys are asked for anew, so that those that are taken back go out of use. */
const maxAge = Duration.minutes(10)

/** For how long a key server that gave none is left alone. */
const pause = Duration.seconds(5)

class UnknownKeyError extends Data.TaggedError("UnknownKeyError") {}

const reasonOf = (cause: unknown): string =>
  cause instanceof errors.JOSEError ? cause.code : cause instanceof Error ? cause.name : "unknown"

/** Jose only fetches and keeps the keys here; when it does so is decided below. */
const notByItself = { cacheMaxAge: Number.POSITIVE_INFINITY, cooldownDuration: Number.POSITIVE_INFINITY }

/**
 * Verifies tokens with the keys at a URL, which are asked for when a token names one that is not known. While
 * they cannot be had those that are known stay in use; a token with another is not the caller's fault, and dies with
 * `UnavailableError`. The log is told once that they are away, and once that they are back.
 */
export const make = Effect.fnUntraced(function* (
  url: URL,
  { cooldown = "30 seconds", timeout = "3 seconds" }: Options
) {
  const remote = createRemoteJWKSet(url, { ...notByItself, timeoutDuration: Duration.toMillis(timeout) })
  const last = yield* Ref.make({ at: Number.NEGATIVE_INFINITY, isAway: false })

  const known: JWTVerifyGetKey = (header, token) => {
    if (remote.jwks() === undefined) throw new errors.JWKSNoMatchingKey()
    return remote(header, token)
  }

  const note = Effect.fnUntraced(function* (failure: Option.Option<string>) {
    const isAway = Option.isSome(failure)
    const before = yield* Ref.getAndSet(last, { at: yield* Clock.currentTimeMillis, isAway })
    if (before.isAway === isAway) return
    yield* Option.match(failure, {
      onNone: () => Effect.logInfo("The keys of AUTH_JWKS_URL are available again"),
      onSome: (reason) =>
        Effect.annotateLogs(Effect.logError("The keys of AUTH_JWKS_URL are not available"), { reason })
    })
  })

  const ask = Effect.tryPromise({ try: () => remote.reload(), catch: reasonOf }).pipe(
    Effect.match({ onFailure: Option.some, onSuccess: () => Option.none<string>() }),
    Effect.flatMap(note)
  )

  /** Asks if the last time is so long ago; says whether the keys are away. */
  const isAwayAfter = Effect.fnUntraced(function* (age: Duration.Duration) {
    const now = yield* Clock.currentTimeMillis
    const { at, isAway } = yield* last
    if (now - at >= Duration.toMillis(isAway ? Duration.min(pause, age) : age)) yield* ask
    return (yield* last).isAway
  })

  return <A>(verify: (keys: JWTVerifyGetKey) => Promise<A>): Effect.Effect<A, UnauthorizedError> => {
    const attempt = Effect.tryPromise({
      try: () => verify(known),
      // What else is wrong with a token is the business of whoever issued it; some failures are no JOSE errors.
      catch: (cause) =>
        cause instanceof errors.JWKSNoMatchingKey ? new UnknownKeyError() : new UnauthorizedError()
    })
    return Effect.suspend(() => (remote.jwks() === undefined ? Effect.void : isAwayAfter(maxAge))).pipe(
      Effect.zipRight(attempt),
      Effect.catchTag("UnknownKeyError", () =>
        Effect.if(isAwayAfter(Duration.decode(cooldown)), {
          onTrue: () => Effect.die(new UnavailableError({})),
          onFalse: () => attempt
        })
      ),
      Effect.catchTag("UnknownKeyError", () => new UnauthorizedError())
    )
  }
})
