import { Context, type Duration, type Effect, type Option } from "effect"
import type { Attempt, KeptAnswer, LeasedRun } from "../types/idempotency.ts"
import type { SessionId } from "../types/ids.ts"
import type { Timestamp } from "../types/timestamp.ts"

/**
 * Requests that are answered once, however often they are sent. Each call is one atomic step, ordered with all
 * others on the same key. A key belongs to a scope, at most 512 bytes: whose it is.
 *
 * A store that cannot be reached dies with `UnavailableError`; any other failure of it is a defect too.
 */
export class IdempotencyStore extends Context.Tag("@workspace/domain/IdempotencyStore")<
  IdempotencyStore,
  {
    /**
     * Begins a run of a request. Of any number of copies at once one gets `Fresh`, and has the key to itself for
     * the time of `lease`. When that has passed without an answer, the next one takes the key over.
     *
     * @param key 1 to 255 bytes
     */
    readonly begin: (
      scope: string,
      key: string,
      request: {
        /** Tells requests apart; at most 128 bytes. */
        readonly requestHash: string
        readonly now: Timestamp
        readonly lease: Duration.Duration
      }
    ) => Effect.Effect<Attempt>

    /**
     * Keeps the answer for all repetitions, for as long as the session that it is about, if it is about one, exists:
     * with the session the key is forgotten. Of several runs of a key the first to finish gives it. When the session does not
     * exist, nothing is kept, as by `forget`.
     */
    readonly finish: (
      scope: string,
      key: string,
      run: LeasedRun,
      sessionId: Option.Option<SessionId>,
      answer: KeptAnswer
    ) => Effect.Effect<void>

    /**
     * Keeps no answer: the next repetition runs again, with the same seed and time. Only while the run has the key:
     * what another run has begun or kept since stays.
     */
    readonly abandon: (scope: string, key: string, run: LeasedRun) => Effect.Effect<void>

    /**
     * Leaves nothing of the key, whose next request may be another one, with another seed: for a run without a
     * trace, or one whose traces nobody of the scope will see. Only while the run has the key.
     */
    readonly forget: (scope: string, key: string, run: LeasedRun) => Effect.Effect<void>

    /**
     * Removes keys whose time is over, at most `sweptAtOnce`, and says how many. They count as absent before that.
     * Any number of processes may do so at once.
     */
    readonly sweep: (now: Timestamp) => Effect.Effect<number>
  }
>() {}
