import { Context, type Duration, type Effect } from "effect"
import type { SessionNotFoundError } from "../errors/session.ts"
import type { Caller } from "../types/caller.ts"
import type { BehindSession, Estimate, EstimateRange } from "../types/estimate.ts"
import type { SessionId } from "../types/ids.ts"
import type { Message } from "../types/message.ts"
import type { Session } from "../types/session.ts"

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
     * Takes sessions that have messages which are not scored, at most `takenAtOnce`. Of any number of takers at once
     * each session goes to one, until it lets it go or the lease is over. Sessions never taken come before those
     * whose lease is over.
     *
     * The lease is `lease` by the clock of the store, and twice as long with each time that the session was taken
     * since something of it was stored, up to `longestLease`: what cannot be scored, or ends whoever tries, is tried
     * ever more rarely.
     *
     * One whose new messages hold no note of an assessment counts as scored at once. `settled` is how many of those
     * were found.
     */
    readonly takeBehind: (
      lease: Duration.Duration
    ) => Effect.Effect<{ readonly held: ReadonlyArray<BehindSession>; readonly settled: number }>

    /** Lets go of sessions that were not scored, as if they had not been taken. What somebody else holds by now stays so. */
    readonly giveBack: (held: ReadonlyArray<BehindSession>) => Effect.Effect<void>

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
     * it is now scored through `through`, and its precision is that of the last estimate. Whoever still holds it lets it
     * go when `through` is all that it took. Of a session that is gone, or has fewer messages, nothing is stored.
     */
    readonly store: (
      held: BehindSession,
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
