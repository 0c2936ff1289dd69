import { UnavailableError } from "@workspace/domain"
import { Data, Duration, Effect, Ref } from "effect"
import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from "jose"

export interface Options {
  /** For how long an unknown key is not asked for again. */
  readonly cooldown?: Duration.DurationInput
  /** How long the key server may take. */
  readonly timeout?: Duration.DurationInput
}

/** The key server cannot be reached, or gives no keys. Not the caller's fault. */
export class KeysUnavailableError extends Data.TaggedError("KeysUnavailableError")<{
  /** Of the failure; it is not said what the server answered. */
  readonly reason: string
}> {}

/** What is wrong with the token, which names a key that there is not. */
const isOfToken = (cause: unknown): boolean =>
  cause instanceof errors.JWKSNoMatchingKey ||
  cause instanceof errors.JWKSMultipleMatchingKeys ||
  cause instanceof errors.JOSENotSupported

const reasonOf = (cause: unknown): string =>
  cause instanceof errors.JOSEError ? cause.code : cause instanceof Error ? cause.name : "unknown"

/**
 * The keys at a URL, kept for ten minutes, and fetched again when a token names one that is not among them:
 * so new keys come into use.
 */
export const make = (
  url: URL,
  { cooldown = "30 seconds", timeout = "3 seconds" }: Options
): JWTVerifyGetKey => {
  const keys = createRemoteJWKSet(url, {
    cooldownDuration: Duration.toMillis(cooldown),
    timeoutDuration: Duration.toMillis(timeout)
  })
  return async (header, token) => {
    try {
      return await keys(header, token)
    } catch (cause) {
      throw isOfToken(cause) ? cause : new KeysUnavailableError({ reason: reasonOf(cause) })
    }
  }
}

/**
 * Tells callers that the keys are away, which is no failure of theirs, and the log once: when they go, and when
 * they are back.
 */
export const watch = Effect.map(Ref.make(false), (areAway) => {
  const gone = ({ reason }: KeysUnavailableError) =>
    Ref.getAndSet(areAway, true).pipe(
      Effect.flatMap((wereAway) =>
        Effect.unless(Effect.logError("The keys of AUTH_JWKS_URL are not available"), () => wereAway)
      ),
      Effect.annotateLogs({ reason }),
      Effect.zipRight(Effect.die(new UnavailableError({})))
    )
  const back = Effect.flatMap(Ref.getAndSet(areAway, false), (wereAway) =>
    Effect.when(Effect.logInfo("The keys of AUTH_JWKS_URL are available again"), () => wereAway)
  )
  return <A, E, R>(verified: Effect.Effect<A, E | KeysUnavailableError, R>) =>
    verified.pipe(
      Effect.tap(back),
      Effect.catchIf((error): error is KeysUnavailableError => error instanceof KeysUnavailableError, gone)
    )
})
