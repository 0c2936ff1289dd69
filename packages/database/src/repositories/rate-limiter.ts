import { type RateLimit, RateLimiter } from "@workspace/domain"
import { inArray, lt, sql } from "drizzle-orm"
import { Clock, Duration, Effect, Layer, Schedule } from "effect"
import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes } from "rate-limiter-flexible"
import { type Client, Database } from "../client.ts"
import { toDatabaseError, unavailableReason } from "../database-error.ts"
import { rateLimits } from "../schema.ts"

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

interface Outcome {
  readonly allowed: boolean
  readonly count: RateLimiterRes
}

/** The library's promise fails for a refusal as it does for an error. */
const outcomeOf = (consumed: Promise<RateLimiterRes>): Promise<Outcome> =>
  consumed.then(
    (count) => ({ allowed: true, count }),
    (cause: unknown) => {
      if (cause instanceof RateLimiterRes) return { allowed: false, count: cause }
      throw cause
    }
  )

const reasonOf = (cause: unknown): string => {
  const failure = toDatabaseError(cause)
  return unavailableReason(failure) ?? failure.message
}

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

/** Removes counts of windows that are over, now and then, until the scope closes. */
const sweeping = Effect.map(Database, ({ client, query }) => {
  const statement = prepareSweep(client)
  const sweep = Clock.currentTimeMillis.pipe(
    Effect.flatMap((now) => query(() => statement.execute({ now }))),
    Effect.repeat({ until: (swept) => swept.length < sweptAtOnce }),
    // What is left over does no harm: an expired count is none.
    Effect.catchAllCause((cause) => Effect.logWarning("Expired rate limits were not removed", cause))
  )
  return Effect.repeat(Effect.delay(sweep, sweptEvery), Schedule.forever)
})

/**
 * Counts in PostgreSQL, shared by all processes on it: one statement a request, none for a caller that has
 * used up its limit. While the database does not count within a second, each process counts by itself.
 */
export const layer = (options: RateLimiterOptions): Layer.Layer<RateLimiter, never, Database> =>
  Layer.scoped(
    RateLimiter,
    Effect.gen(function* () {
      const { send } = yield* Database
      yield* Effect.forkScoped(yield* sweeping)
      const windowSeconds = Duration.toSeconds(options.window)
      const limits = { points: options.limit, duration: windowSeconds, keyPrefix: "" }
      const shared = new RateLimiterPostgres({
        ...limits,
        storeClient: { query: send },
        storeType: "pool",
        tableName: "rate_limits",
        tableCreated: true,
        // Its timer does not end with the scope.
        clearExpiredByTimeout: false,
        inMemoryBlockOnConsumed: options.limit
      })
      const own = new RateLimiterMemory(limits)
      let pausedUntil = 0

      const consumeOwn = (key: string) => Effect.promise(() => outcomeOf(own.consume(key)))

      const consumeShared = (key: string, now: number) =>
        Effect.tryPromise({ try: () => outcomeOf(shared.consume(key)), catch: reasonOf }).pipe(
          Effect.timeoutFail({ duration: patience, onTimeout: () => "no answer in time" }),
          Effect.catchAll((reason) => {
            pausedUntil = now + pauseMillis
            return Effect.logWarning("The database does not count requests; this process does").pipe(
              Effect.annotateLogs({ reason }),
              Effect.zipRight(consumeOwn(key))
            )
          })
        )

      const consume = Effect.fn("RateLimiterPg.consume")(function* (key: string) {
        const now = yield* Clock.currentTimeMillis
        const { allowed, count } = yield* now < pausedUntil ? consumeOwn(key) : consumeShared(key, now)
        return {
          allowed,
          limit: options.limit,
          windowSeconds,
          remaining: count.remainingPoints,
          resetSeconds: Math.max(1, Math.ceil(count.msBeforeNext / 1_000))
        } satisfies RateLimit
      })
      return { consume }
    })
  )
