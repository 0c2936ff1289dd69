/** Where a caller stands after one more request. */
export interface RateLimit {
  /** Whether this request is within the limit. */
  readonly allowed: boolean
  /** Requests that are allowed in one window. */
  readonly limit: number
  readonly windowSeconds: number
  /** Requests that are still allowed in the present window. */
  readonly remaining: number
  /** Until the next window, rounded up; at least 1. */
  readonly resetSeconds: number
}
