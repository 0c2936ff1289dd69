import { Data, Duration } from "effect"

/** For how long the answer to a key is kept, and its ids stay the same. */
export const idempotencyLifetime = Duration.hours(24)

/** What a request was answered with, to be given to its repetitions. */
export interface KeptAnswer {
  /** 200 to 499: an answer of another kind is abandoned. */
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What a request under an idempotency key is to do. */
export type Attempt = Data.TaggedEnum<{
  /**
   * Run, and then finish or abandon. The ids of what it makes are derived from `seed`, which every run of the
   * key gets: a run that was cut off and is run again makes nothing twice.
   */
  Fresh: { readonly seed: string }
  /** Give the first answer again. */
  Replay: { readonly answer: KeptAnswer }
  /** Another run has the key; at the latest after this time it may be begun again. At least 1. */
  Running: { readonly retryAfterSeconds: number }
  /** Refuse: the key was first used for another request. */
  Mismatch: object
}>
export const Attempt = Data.taggedEnum<Attempt>()
