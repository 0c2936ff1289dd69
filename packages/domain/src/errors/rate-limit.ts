import { Schema } from "effect"
import { problem, problemAnnotations, retryAfterSeconds } from "./problem.ts"

/** The caller has made all the requests that it may make for now. Nothing of this one was done. */
export class RateLimitedError extends Schema.TaggedError<RateLimitedError>()(
  "RateLimitedError",
  {
    ...problem({ slug: "rate-limited", title: "Too many requests", status: 429, code: "RATE_LIMITED" }),
    retryAfterSeconds
  },
  problemAnnotations(429, "The caller has made too many requests")
) {
  override readonly detail = `Too many requests. Ask again in ${this.retryAfterSeconds} s.`
}
