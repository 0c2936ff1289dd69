import { Data, Duration, Option, Schema } from "effect"
import { Caller } from "./caller.ts"
import type { SessionId } from "./ids.ts"
import { storableText } from "./text.ts"
import type { Timestamp } from "./timestamp.ts"

/** A caller's own name for a request, under which it is answered once. At most 255 bytes. */
export const IdempotencyKey = storableText(255).pipe(Schema.brand("IdempotencyKey"))
export type IdempotencyKey = typeof IdempotencyKey.Type

/** For how long the answer to a key is kept, and its ids stay the same. */
export const idempotencyLifetime = Duration.hours(24)

/** How many keys one sweep removes at most. */
export const sweptAtOnce = 1_000

/** What a request was answered with, to be given to its repetitions. */
export interface KeptAnswer {
  /** 200 to 499 */
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What all runs of a key have in common. The ids of what they make are derived from it. */
export interface KeyedRun {
  readonly seed: string
  /** When the first of them began. */
  readonly begunAt: Timestamp
}

/** A run that has its key to itself for a time. */
export interface LeasedRun extends KeyedRun {
  /** The end of that time, which no other run of the key shares. */
  readonly lockedUntil: Timestamp
}

/** What a request under an idempotency key is to do. */
export type Attempt = Data.TaggedEnum<{
  /** Run, and then finish, abandon or forget. A run that was cut off and is run again makes nothing twice. */
  Fresh: LeasedRun
  /** Give the first answer again, to whoever may still see the session that it is about, if it is about one. */
  Replay: { readonly sessionId: Option.Option<SessionId>; readonly answer: KeptAnswer }
  /** Another run has the key; at the latest after this time it may be begun again. At least 1. */
  Running: { readonly retryAfterSeconds: number }
  /** Refuse: the key was first used for another request. */
  Mismatch: object
}>
export const Attempt = Data.taggedEnum<Attempt>()

/**
 * Whose keys a caller's keys are: its own; for an anonymous caller those of the session that it names, whose id
 * is all that it is known by. Without one there is nobody to keep an answer for.
 */
export const idempotencyScope = (
  caller: Caller,
  sessionId: Option.Option<SessionId>
): Option.Option<string> =>
  Caller.$match(caller, {
    Anonymous: () => Option.map(sessionId, (id) => `session:${id}`),
    Trusted: () => Option.some("trusted"),
    User: ({ userId }) => Option.some(`user:${userId}`)
  })
