import { Context, type Effect } from "effect"
import type { RateLimit } from "../types/rate-limit.ts"

/** Counts requests by caller, in windows of a fixed length that begin with a caller's first request. */
export class RateLimiter extends Context.Tag("@workspace/domain/RateLimiter")<
  RateLimiter,
  {
    /**
     * Counts one request. Of any number at once, as many are allowed as the limit says. Never fails: a store
     * that cannot be reached makes counts less exact, and refuses nobody.
     *
     * @param key who asks; 1 to 255 bytes
     */
    readonly consume: (key: string) => Effect.Effect<RateLimit>
  }
>() {}
