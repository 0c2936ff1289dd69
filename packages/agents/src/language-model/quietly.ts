import { Effect, Logger, LogLevel } from "effect"

/**
 * Runs what belongs to the provider's library without its log and its spans: they hold what was said, and what the
 * provider answered.
 */
export const quietly = <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.withTracerEnabled(Logger.withMinimumLogLevel(self, LogLevel.None), false)
