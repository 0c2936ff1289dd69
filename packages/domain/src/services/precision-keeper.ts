import { Clock, Context, Duration, Effect, Layer } from "effect"
import { isStoreAway } from "../errors/unavailable.ts"
import { Scorer } from "../ports/scorer.ts"
import { ScoringRepository } from "../ports/scoring-repository.ts"
import { type BehindSession, Estimate, notesAtOnce } from "../types/estimate.ts"
import { type Evidence, evidenceIn, type ItemId } from "../types/evidence.ts"

/** Scoring takes milliseconds: whoever takes this long has died, or failed and is to be tried again. */
const lease = Duration.seconds(10)

/**
 * How long whoever took sessions begins with another part of them; the rest is given back. What has begun by then
 * ends within the lease: it reads and writes once, each of which may take the store 4 seconds at most.
 */
const turn = Duration.seconds(2)

/**
 * Lets the scores follow the messages, after the answers are stored. The estimates are a function of the messages
 * alone: one for each message that holds evidence, however late, by whomever and how often it is scored.
 */
export class PrecisionKeeper extends Context.Tag("@workspace/domain/PrecisionKeeper")<
  PrecisionKeeper,
  {
    /**
     * Scores some of the sessions that are behind, and says how many it found: with 0 there are none that nobody
     * has taken. A session that cannot be scored is logged, does not keep the others waiting, and is tried again, ever
     * more rarely. When it is interrupted, it finishes what it is at, and gives back the rest for others to take. When
     * the store is away it dies with `UnavailableError`, and keeps only the session that it was at: if that is what
     * the store has no time for, the others are scored the next time.
     */
    readonly catchUp: Effect.Effect<number>
  }
>() {
  static readonly layer = Layer.effect(
    this,
    Effect.gen(function* () {
      const repository = yield* ScoringRepository
      const scorer = yield* Scorer

      /** Scores the notes after `after` that are read at once, and says where the next ones begin. */
      const scorePart = Effect.fnUntraced(function* (
        held: BehindSession,
        known: Map<ItemId, Evidence>,
        after: number
      ) {
        const notes = yield* repository.noted(held, after)
        const estimates: Array<Estimate> = []
        for (const message of notes) {
          // Requests are not kept waiting by a long history.
          yield* Effect.yieldNow()
          const told = evidenceIn([message]).filter(({ itemId }) => scorer.knows(itemId))
          for (const evidence of told) known.set(evidence.itemId, evidence)
          if (told.length === 0 || message.sequence <= held.scoredThrough) continue
          const traits = scorer.score(known.values())
          estimates.push(new Estimate({ throughSequence: message.sequence, traits }))
        }
        const last = notes.length < notesAtOnce ? undefined : notes.at(-1)
        const through = last?.sequence ?? held.through
        if (through > held.scoredThrough) yield* repository.store(held, { through, estimates })
        return through
      }, Effect.uninterruptible)

      /** Scores a session, or as much of it as there is time for; says whether that was all. */
      const scoreOne = Effect.fnUntraced(function* (held: BehindSession, isTimeOver: Effect.Effect<boolean>) {
        const known = new Map<ItemId, Evidence>()
        let through = 0
        while (through < held.through) {
          // A turn that only read what others know would lead nowhere.
          if (through > held.scoredThrough && (yield* isTimeOver)) return false
          through = yield* scorePart(held, known, through)
        }
        return true
      })

      const scoreAll = Effect.fnUntraced(function* (left: Set<BehindSession>, end: number) {
        const isTimeOver = Effect.map(Clock.currentTimeMillis, (now) => now >= end)
        for (const held of Array.from(left)) {
          const isDone = yield* Effect.catchAllCause(scoreOne(held, isTimeOver), (cause) =>
            // The other sessions would only wait for the same store.
            isStoreAway(cause)
              ? Effect.zipRight(
                  Effect.sync(() => left.delete(held)),
                  Effect.failCause(cause)
                )
              : Effect.logError("A session could not be scored", cause).pipe(
                  Effect.annotateLogs({ sessionId: held.sessionId }),
                  Effect.as(true)
                )
          )
          if (isDone) left.delete(held)
          if (yield* isTimeOver) return
        }
      })

      const giveBack = (left: ReadonlySet<BehindSession>) =>
        Effect.catchAllCause(repository.giveBack(Array.from(left)), (cause) =>
          Effect.logWarning("Sessions are not given back, and wait for the end of their lease", cause)
        )

      const catchUp = Effect.uninterruptibleMask((restore) =>
        Effect.gen(function* () {
          const end = (yield* Clock.currentTimeMillis) + Duration.toMillis(turn)
          const { held, settled } = yield* repository.takeBehind(lease)
          const left = new Set(held)
          yield* restore(scoreAll(left, end)).pipe(
            Effect.ensuring(Effect.suspend(() => (left.size === 0 ? Effect.void : giveBack(left))))
          )
          return held.length + settled
        })
      ).pipe(Effect.withSpan("PrecisionKeeper.catchUp"))

      return { catchUp }
    })
  )
}
