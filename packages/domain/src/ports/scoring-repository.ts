import { Context, type Duration, type Effect } from "effect"
import type { SessionNotFoundError } from "../errors/session.ts"
import type { Caller } from "../types/caller.ts"
import type { BehindSession, Estimate, EstimateRange } from "../types/estimate.ts"
import type { SessionId } from "../types/ids.ts"
import type { Message } from "../types/message.ts"
import type { Session } from "../types/session.ts"
import type { Timestamp } from "../types/timestamp.ts"

/**
 * Which messages are scored, and what came of it. Each call is one atomic step. The estimates of a session are only
 * added to, and end with it.
 *
 * A store that cannot be reached dies with `UnavailableError`; any other failure of it is a defect too.
 */
export class ScoringRepository extends Context.Tag("@workspace/domain/ScoringRepository")<
  ScoringRepository,
  {
    /**
     * Takes sessions that have messages which are not scored, at most `takenAtOnce`. Of any number of takers at once each
     * session goes to one, until it stores what it found or the time of `lease` is over. Sessions never taken come
     * before those whose lease is over.
     *
     * One whose new messages hold no note of an assessment counts as scored at once: its `scoredThrough` is
     * `through`, and there is nothing to store.
     */
    readonly takeBehind: (options: {
      readonly lease: Duration.Duration
      readonly now: Timestamp
    }) => Effect.Effect<ReadonlyArray<BehindSession>>

    /**
     * The messages of a session that hold a note of an assessment, in order: of those after `after`, up to
     * `through`, the first `notesAtOnce`.
     */
    readonly noted: (
      session: Pick<BehindSession, "sessionId" | "through">,
      after: number
    ) => Effect.Effect<ReadonlyArray<Pick<Message, "sequence" | "metadata">>>

    /**
     * Adds estimates, in order; those that are there stay as they are. If the session is not scored as far already,
     * it is now scored through `through`, its precision is that of the last estimate, and others may take it. Of a
     * session that is gone nothing is stored.
     */
    readonly store: (
      sessionId: SessionId,
      scored: { readonly through: number; readonly estimates: ReadonlyArray<Estimate> }
    ) => Effect.Effect<void>

    /** The session and some of its estimates in order, both as of one moment. */
    readonly load: (
      caller: Caller,
      sessionId: SessionId,
      range: EstimateRange
    ) => Effect.Effect<
      { readonly session: Session; readonly estimates: ReadonlyArray<Estimate> },
      SessionNotFoundError
    >
  }
>() {}
