import { Context, type Effect } from "effect"
import type { RateLimit } from "../types/rate-limit.ts"

/** Counts requests by caller, in windows of a fixed length that begin with a caller's first request. */
export class RateLimiter extends Context.Tag("@workspace/domain/RateLimiter")<
  RateLimiter,
  {
    /**
     * Counts one request. Of any number at once, no more are allowed than the limit says, and hardly fewer. Never
     * fails: while a store cannot be reached nobody is refused for it, and the limit may be exceeded.
     *
     * @param key who asks; 1 to 255 bytes
     */
    readonly consume: (key: string) => Effect.Effect<RateLimit>
  }
>() {}
