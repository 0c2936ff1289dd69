import { type RateLimit, RateLimiter } from "@workspace/domain"
import { inArray, lt, sql } from "drizzle-orm"
import { Clock, Duration, Effect, Layer, Schedule } from "effect"
import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes } from "rate-limiter-flexible"
import { type Client, Database } from "../client.ts"
import { toDatabaseError, unavailableReason } from "../database-error.ts"
import { rateLimits } from "../schema.ts"
import { type Count, makeLeases } from "./rate-limit-leases.ts"

export interface RateLimiterOptions {
  /** Requests of one caller in one window. */
  readonly limit: number
  /** Whole seconds. */
  readonly window: Duration.Duration
}

/** So long a request waits for its count. Its own statement has longer limits, and is yet to come. */
const patience = Duration.seconds(1)
/** So long after a request that it did not count the database is not asked: longer than the patience. */
const pauseMillis = 2_000
const sweptEvery = Duration.minutes(1)
const sweptAtOnce = 1_000

/** Passes over what others sweep or count at the same time. */
const prepareSweep = (client: Client) => {
  const expired = client
    .select({ key: rateLimits.key })
    .from(rateLimits)
    .where(lt(rateLimits.expire, sql`${sql.placeholder("now")}::bigint`))
    .limit(sweptAtOnce)
    .for("update", { skipLocked: true })
  return client
    .delete(rateLimits)
    .where(inArray(rateLimits.key, expired))
    .returning({ key: rateLimits.key })
    .prepare("rate_limits_sweep")
}

/** Removes counts of windows that are over. */
const sweeping = Effect.map(Database, ({ client, query }) => {
  const statement = prepareSweep(client)
  return Clock.currentTimeMillis.pipe(
    Effect.flatMap((now) => query(() => statement.execute({ now }))),
    Effect.repeat({ until: (swept) => swept.length < sweptAtOnce }),
    // What is left over does no harm: an expired count is none.
    Effect.catchAllCause((cause) => Effect.logWarning("Expired rate limits were not removed", cause))
  )
})

/** The library's promise fails for a refusal as it does for an error. */
const countOf = (consumed: Promise<RateLimiterRes>) =>
  Effect.tryPromise({
    try: () =>
      consumed.then(
        (left) => ({ allowed: true, left }),
        (cause: unknown) => {
          if (cause instanceof RateLimiterRes) return { allowed: false, left: cause }
          throw cause
        }
      ),
    catch: (cause) => {
      const failure = toDatabaseError(cause)
      return unavailableReason(failure) ?? failure.message
    }
  }).pipe(
    Effect.zipWith(
      Clock.currentTimeMillis,
      ({ allowed, left }, now): Count => ({
        allowed,
        remaining: left.remainingPoints,
        end: now + left.msBeforeNext
      })
    )
  )

/**
 * Counts in PostgreSQL, shared by all processes on it, in leases. While the database does not count within a
 * second, each process counts by itself.
 */
export const layer = (options: RateLimiterOptions): Layer.Layer<RateLimiter, never, Database> =>
  Layer.scoped(
    RateLimiter,
    Effect.gen(function* () {
      const { send } = yield* Database
      const windowSeconds = Duration.toSeconds(options.window)
      const limits = { points: options.limit, duration: windowSeconds, keyPrefix: "" }
      const shared = new RateLimiterPostgres({
        ...limits,
        storeClient: { query: send },
        storeType: "pool",
        tableName: "rate_limits",
        tableCreated: true,
        // Its timer does not end with the scope.
        clearExpiredByTimeout: false
      })
      const own = new RateLimiterMemory(limits)
      let pausedUntil = 0

      const countShared = Effect.fnUntraced(function* (key: string, requests: number) {
        const now = yield* Clock.currentTimeMillis
        if (now < pausedUntil) {
          return yield* Effect.fail("paused" as const)
        }
        return yield* Effect.suspend(() => countOf(shared.consume(key, requests))).pipe(
          Effect.timeoutFail({ duration: patience, onTimeout: () => "no answer in time" }),
          Effect.tapError((reason) => {
            pausedUntil = now + pauseMillis
            return Effect.logWarning("The database does not count requests; this process does").pipe(
              Effect.annotateLogs({ reason })
            )
          })
        )
      })
      const { consume, forget } = makeLeases(options.limit, countShared)
      const cleaning = Effect.zipRight(forget, yield* sweeping)
      yield* Effect.forkScoped(Effect.repeat(Effect.delay(cleaning, sweptEvery), Schedule.forever))

      return {
        consume: Effect.fn("RateLimiterPg.consume")(function* (key) {
          const { allowed, end, remaining } = yield* Effect.catchAll(consume(key), () =>
            Effect.orDie(countOf(own.consume(key)))
          )
          const now = yield* Clock.currentTimeMillis
          return {
            allowed,
            limit: options.limit,
            windowSeconds,
            remaining,
            resetSeconds: Math.max(1, Math.ceil((end - now) / 1_000))
          } satisfies RateLimit
        })
      }
    })
  )
