import { Effect } from "effect"

/** What an effect came to, and took of the process. */
export interface Watched<A> {
  readonly value: A
  readonly millis: number
  /** The most memory that the process had meanwhile, in bytes, of which it had `residentBefore` at the beginning. */
  readonly resident: number
  readonly residentBefore: number
  /** How long the process could not answer anybody else at most. */
  readonly blockedMillis: number
}

const everyMillis = 5

/** Looks at the process while an effect runs. */
export const watched = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<Watched<A>, E, R> =>
  Effect.scoped(
    Effect.gen(function* () {
      const residentBefore = process.memoryUsage.rss()
      const seen = { resident: residentBefore, blockedMillis: 0, at: performance.now() }
      const look = () => {
        const at = performance.now()
        seen.blockedMillis = Math.max(seen.blockedMillis, at - seen.at - everyMillis)
        seen.resident = Math.max(seen.resident, process.memoryUsage.rss())
        seen.at = at
      }
      yield* Effect.acquireRelease(
        Effect.sync(() => setInterval(look, everyMillis)),
        (timer) => Effect.sync(() => clearInterval(timer))
      )
      const start = performance.now()
      const value = yield* effect
      const millis = performance.now() - start
      look()
      return { value, millis, resident: seen.resident, residentBefore, blockedMillis: seen.blockedMillis }
    })
  )
