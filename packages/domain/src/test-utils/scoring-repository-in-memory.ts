import { Array, DateTime, Duration, Effect, Layer, Option, Order } from "effect"
import type { SessionNotFoundError } from "../errors/session.ts"
import { ScoringRepository } from "../ports/scoring-repository.ts"
import { isVisibleTo } from "../types/caller.ts"
import {
  type BehindSession,
  type Estimate,
  longestLease,
  notesAtOnce,
  takenAtOnce
} from "../types/estimate.ts"
import type { Timestamp } from "../types/timestamp.ts"
import { changed, keep } from "./session-repository-in-memory/steps.ts"
import { type Kept, SessionStore, type Step } from "./session-repository-in-memory/store.ts"

const everybody = () => true
const free = { until: Option.none(), attempts: 0 } as const

const inOrder = Order.mapInput(Order.number, ({ throughSequence }: Estimate) => throughSequence)
const isSame = (a: Estimate, b: Estimate) => a.throughSequence === b.throughSequence

const neverTakenFirst = Order.mapInput(Order.number, ({ scoring }: Kept) =>
  Option.match(scoring.until, { onNone: () => 0, onSome: ({ epochMillis }) => epochMillis })
)

const isBehind =
  (now: Timestamp) =>
  ({ scoring, session }: Kept) =>
    session.scoredThrough < session.messageCount && !Option.exists(scoring.until, DateTime.greaterThan(now))

const notesOf = ({ messages }: Kept, after: number, through: number) =>
  messages.filter(
    ({ metadata, sequence }) => after < sequence && sequence <= through && "assessment" in metadata
  )

const holds = ({ scoring }: Kept, { until }: BehindSession) =>
  Option.exists(scoring.until, (own) => DateTime.Equivalence(own, until))

const take =
  (now: Timestamp, lease: Duration.Duration): Step<Option.Option<BehindSession>> =>
  (kept) => {
    const { scoring, session } = kept
    const { id: sessionId, messageCount: through, scoredThrough } = session
    if (notesOf(kept, scoredThrough, through).length === 0) {
      const settled = changed(session, { scoredThrough: through })
      return keep(Option.none(), { ...kept, session: settled, scoring: free })
    }
    const grown = Duration.min(longestLease, Duration.times(lease, 2 ** scoring.attempts))
    const until = DateTime.addDuration(now, grown)
    const taken = { until: Option.some(until), attempts: scoring.attempts + 1 }
    return keep(Option.some({ sessionId, scoredThrough, through, until }), { ...kept, scoring: taken })
  }

const giveBack =
  (held: BehindSession): Step<void> =>
  (kept) =>
    keep(
      undefined,
      holds(kept, held)
        ? { ...kept, scoring: { until: Option.none(), attempts: Math.max(0, kept.scoring.attempts - 1) } }
        : kept
    )

const store =
  (held: BehindSession, found: ReadonlyArray<Estimate>, through: number): Step<void> =>
  (kept) => {
    const { scoring, session } = kept
    if (session.messageCount < through) return keep(undefined, kept)
    const estimates = Array.sort(Array.unionWith(kept.estimates, found, isSame), inOrder)
    const { precision } = Option.match(Array.last(found), {
      onNone: () => session,
      onSome: ({ traits }) => traits
    })
    return keep(undefined, {
      ...kept,
      estimates,
      session:
        session.scoredThrough < through ? changed(session, { precision, scoredThrough: through }) : session,
      scoring: holds(kept, held)
        ? { ...free, ...(through < held.through && { until: scoring.until }) }
        : scoring
    })
  }

/** A real implementation over the sessions in memory, by the clock of the test. */
export const layer = Layer.effect(
  ScoringRepository,
  Effect.gen(function* () {
    const sessions = yield* SessionStore
    const oneAtATime = (yield* Effect.makeSemaphore(1)).withPermits(1)
    const unlessGone = <A>(step: Effect.Effect<A, SessionNotFoundError>, otherwise: A) =>
      Effect.catchTag(step, "SessionNotFoundError", () => Effect.succeed(otherwise))

    return {
      takeBehind: Effect.fnUntraced(function* (lease) {
        const now = yield* DateTime.now
        const behind = (yield* sessions.all).filter(isBehind(now))
        const found = Array.sort(behind, neverTakenFirst).slice(0, takenAtOnce)
        const taken = yield* Effect.forEach(found, ({ session }) =>
          unlessGone(sessions.step(everybody, session.id, take(now, lease)), Option.none())
        )
        const held = Array.getSomes(taken)
        return { held, settled: taken.length - held.length }
      }, oneAtATime),

      giveBack: (held) =>
        Effect.forEach(
          held,
          (one) => unlessGone(sessions.step(everybody, one.sessionId, giveBack(one)), undefined),
          { discard: true }
        ),

      noted: ({ sessionId, through }, after) =>
        unlessGone(
          Effect.map(sessions.read(everybody, sessionId), (kept) =>
            notesOf(kept, after, through).slice(0, notesAtOnce)
          ),
          []
        ),

      store: (held, { estimates, through }) =>
        unlessGone(sessions.step(everybody, held.sessionId, store(held, estimates, through)), undefined),

      load: (caller, sessionId, { limit, through = Number.MAX_SAFE_INTEGER }) =>
        Effect.map(
          sessions.read(({ userId }) => isVisibleTo(caller, userId), sessionId),
          ({ estimates, session }) => ({
            session,
            estimates: estimates.filter(({ throughSequence }) => throughSequence <= through).slice(-limit)
          })
        )
    }
  })
)
