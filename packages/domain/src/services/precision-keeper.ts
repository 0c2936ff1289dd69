import { Cause, Chunk, Context, DateTime, Duration, Effect, Layer } from "effect"
import { UnavailableError } from "../errors/unavailable.ts"
import { Scorer } from "../ports/scorer.ts"
import { ScoringRepository } from "../ports/scoring-repository.ts"
import { type BehindSession, Estimate, notesAtOnce } from "../types/estimate.ts"
import { type Evidence, evidenceIn, type ItemId } from "../types/evidence.ts"

/** Scoring takes milliseconds: whoever takes this long has died, or failed and is to be tried again. */
const lease = Duration.seconds(10)

/** The other sessions would only wait for the same store. */
const isAway = (cause: Cause.Cause<never>): boolean =>
  Chunk.some(Cause.defects(cause), (defect) => defect instanceof UnavailableError)

/**
 * Lets the scores follow the messages, after the answers are stored. The estimates are a function of the messages
 * alone: one for each message that holds evidence, however late, by whomever and how often it is scored.
 */
export class PrecisionKeeper extends Context.Tag("@workspace/domain/PrecisionKeeper")<
  PrecisionKeeper,
  {
    /**
     * Scores some of the sessions that are behind, and says how many: with 0 there are none that nobody has taken.
     * A session that cannot be scored is logged, does not keep the others waiting, and is tried again.
     */
    readonly catchUp: Effect.Effect<number>
  }
>() {
  static readonly layer = Layer.effect(
    this,
    Effect.gen(function* () {
      const repository = yield* ScoringRepository
      const scorer = yield* Scorer

      const scoreOne = Effect.fnUntraced(function* (behind: BehindSession) {
        const { scoredThrough, sessionId } = behind
        const known = new Map<ItemId, Evidence>()
        let after = 0
        while (after < behind.through) {
          const notes = yield* repository.noted(behind, after)
          const estimates: Array<Estimate> = []
          for (const message of notes) {
            // Requests are not kept waiting by a long history.
            yield* Effect.yieldNow()
            const told = evidenceIn([message]).filter(({ itemId }) => scorer.knows(itemId))
            for (const evidence of told) known.set(evidence.itemId, evidence)
            if (told.length === 0 || message.sequence <= scoredThrough) continue
            const traits = scorer.score(known.values())
            estimates.push(new Estimate({ throughSequence: message.sequence, traits }))
          }
          const last = notes.length < notesAtOnce ? undefined : notes.at(-1)
          after = last?.sequence ?? behind.through
          if (after > scoredThrough) yield* repository.store(sessionId, { through: after, estimates })
        }
        // A process that stops finishes the one that it is at: nobody else could until the lease is over.
      }, Effect.uninterruptible)

      const catchUp = Effect.gen(function* () {
        const taken = yield* repository.takeBehind({ lease, now: yield* DateTime.now })
        for (const behind of taken.filter(({ scoredThrough, through }) => scoredThrough < through)) {
          yield* Effect.catchAllCause(scoreOne(behind), (cause) =>
            isAway(cause)
              ? Effect.failCause(cause)
              : Effect.logError("A session could not be scored", cause).pipe(
                  Effect.annotateLogs({ sessionId: behind.sessionId })
                )
          )
        }
        return taken.length
      }).pipe(Effect.withSpan("PrecisionKeeper.catchUp"))

      return { catchUp }
    })
  )
}
