import { Array, DateTime, Effect, HashMap, Layer, Option, Order, Ref } from "effect"
import { ScoringRepository } from "../ports/scoring-repository.ts"
import { SessionRepository } from "../ports/session-repository.ts"
import { Caller } from "../types/caller.ts"
import { type Estimate, notesAtOnce, takenAtOnce } from "../types/estimate.ts"
import type { SessionId } from "../types/ids.ts"
import type { Session } from "../types/session.ts"
import type { Timestamp } from "../types/timestamp.ts"

const everybody = Caller.Trusted()

const inOrder = Order.mapInput(Order.number, ({ throughSequence }: Estimate) => throughSequence)
const isSame = (a: Estimate, b: Estimate) => a.throughSequence === b.throughSequence

const neverTakenFirst = Order.mapInput(
  Order.number,
  ([, until]: readonly [Session, Option.Option<Timestamp>]) =>
    Option.match(until, { onNone: () => 0, onSome: ({ epochMillis }) => epochMillis })
)

/** A real implementation over a `Ref` and the sessions beside it. */
export const layer = Layer.effect(
  ScoringRepository,
  Effect.gen(function* () {
    const sessions = yield* SessionRepository
    const leases = yield* Ref.make(HashMap.empty<SessionId, Timestamp>())
    const kept = yield* Ref.make(HashMap.empty<SessionId, ReadonlyArray<Estimate>>())
    const oneAtATime = (yield* Effect.makeSemaphore(1)).withPermits(1)

    const estimatesOf = (id: SessionId) =>
      Effect.map(Ref.get(kept), (all) => Option.getOrElse(HashMap.get(all, id), Array.empty<Estimate>))

    const noted = Effect.fnUntraced(
      function* (id: SessionId, after: number, through: number) {
        const { messages } = yield* sessions.load(everybody, id)
        return messages.filter(
          ({ metadata, sequence }) => after < sequence && sequence <= through && "assessment" in metadata
        )
      },
      Effect.catchTag("SessionNotFoundError", () => Effect.succeed([]))
    )

    const takeBehind: ScoringRepository["Type"]["takeBehind"] = Effect.fnUntraced(function* ({ lease, now }) {
      const all = yield* sessions.list(everybody, { limit: Number.MAX_SAFE_INTEGER })
      const taken = yield* Ref.get(leases)
      const behind = all.sessions
        .filter(({ messageCount, scoredThrough }) => scoredThrough < messageCount)
        .map((session) => [session, HashMap.get(taken, session.id)] as const)
        .filter(([, until]) => !Option.exists(until, DateTime.greaterThan(now)))
      return yield* Effect.forEach(
        Array.sort(behind, neverTakenFirst).slice(0, takenAtOnce),
        Effect.fnUntraced(function* ([{ id, messageCount, precision, scoredThrough }]) {
          const notes = yield* noted(id, scoredThrough, messageCount)
          if (notes.length > 0) {
            yield* Ref.update(leases, HashMap.set(id, DateTime.addDuration(now, lease)))
            return { sessionId: id, scoredThrough, through: messageCount }
          }
          yield* Ref.update(leases, HashMap.remove(id))
          yield* sessions.updatePrecision(id, precision, messageCount)
          return { sessionId: id, scoredThrough: messageCount, through: messageCount }
        })
      )
    }, oneAtATime)

    const store: ScoringRepository["Type"]["store"] = Effect.fnUntraced(
      function* (sessionId, { estimates, through }) {
        const before = yield* sessions.load(everybody, sessionId)
        yield* Ref.update(kept, (all) =>
          HashMap.modifyAt(all, sessionId, (stored) =>
            Option.some(
              Array.sort(
                Array.unionWith(
                  Option.getOrElse(stored, () => []),
                  estimates,
                  isSame
                ),
                inOrder
              )
            )
          )
        )
        const precision = Option.match(Array.last(estimates), {
          onNone: () => before.session.precision,
          onSome: ({ traits }) => traits.precision
        })
        if (yield* sessions.updatePrecision(sessionId, precision, through)) {
          yield* Ref.update(leases, HashMap.remove(sessionId))
        }
      },
      Effect.catchTag("SessionNotFoundError", () => Effect.void),
      oneAtATime
    )

    return {
      takeBehind,
      noted: ({ sessionId, through }, after) =>
        Effect.map(noted(sessionId, after, through), Array.take(notesAtOnce)),
      store,
      load: (caller, sessionId, { limit, through = Number.MAX_SAFE_INTEGER }) =>
        oneAtATime(
          Effect.zipWith(
            sessions.load(caller, sessionId),
            estimatesOf(sessionId),
            ({ session }, estimates) => ({
              session,
              estimates: estimates.filter(({ throughSequence }) => throughSequence <= through).slice(-limit)
            })
          )
        )
    }
  })
)
