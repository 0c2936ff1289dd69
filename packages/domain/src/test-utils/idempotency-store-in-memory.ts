import { Array, Data, DateTime, Effect, HashMap, Layer, Option, Ref } from "effect"
import { IdempotencyStore } from "../ports/idempotency-store.ts"
import { SessionRepository } from "../ports/session-repository.ts"
import { Caller } from "../types/caller.ts"
import {
  Attempt,
  idempotencyLifetime,
  type KeptAnswer,
  type KeyedRun,
  type LeasedRun,
  sweptAtOnce
} from "../types/idempotency.ts"
import type { SessionId } from "../types/ids.ts"
import type { Timestamp } from "../types/timestamp.ts"

interface Entry extends KeyedRun {
  readonly requestHash: string
  readonly lockedUntil: Option.Option<Timestamp>
  readonly kept: Option.Option<{ readonly sessionId: Option.Option<SessionId>; readonly answer: KeptAnswer }>
  readonly expiresAt: Timestamp
}

const nameOf = (scope: string, key: string) => Data.tuple(scope, key)
type Entries = HashMap.HashMap<ReturnType<typeof nameOf>, Entry>

const isOver = (now: Timestamp) => (end: Timestamp) => DateTime.lessThanOrEqualTo(end, now)

/** A real implementation over a `Ref` and the sessions beside it. Its seeds are `seed-1`, `seed-2`, …. */
export const layer = Layer.effect(
  IdempotencyStore,
  Effect.gen(function* () {
    const sessions = yield* SessionRepository
    const entries = yield* Ref.make<Entries>(HashMap.empty())
    const seeds = yield* Ref.make(0)

    const change = (scope: string, key: string, step: (entry: Entry) => Option.Option<Entry>) =>
      Ref.update(entries, HashMap.modifyAt(nameOf(scope, key), Option.flatMap(step)))

    /** What becomes of the key while the run has it. */
    const release = (run: LeasedRun, free: (entry: Entry) => Option.Option<Entry>) => (entry: Entry) =>
      entry.seed === run.seed && Option.contains(entry.lockedUntil, run.lockedUntil)
        ? free(entry)
        : Option.some(entry)

    const forget: IdempotencyStore["Type"]["forget"] = (scope, key, run) =>
      change(scope, key, release(run, Option.none))

    const exists = (sessionId: SessionId) => Effect.isSuccess(sessions.version(Caller.Trusted(), sessionId))

    /** A key goes away with the session that its answer is about. */
    const cascade = (scope: string, key: string) =>
      Effect.flatMap(Ref.get(entries), (all) =>
        Option.match(
          HashMap.get(all, nameOf(scope, key)).pipe(
            Option.flatMap(({ kept }) => kept),
            Option.flatMap(({ sessionId }) => sessionId)
          ),
          {
            onNone: () => Effect.void,
            onSome: (sessionId) =>
              Effect.unlessEffect(Ref.update(entries, HashMap.remove(nameOf(scope, key))), exists(sessionId))
          }
        )
      )

    return {
      begin: (scope, key, { lease, now, requestHash }) =>
        Effect.flatMap(
          Effect.zipRight(
            cascade(scope, key),
            Ref.updateAndGet(seeds, (n) => n + 1)
          ),
          (n) =>
            Ref.modify(entries, (all): [Attempt, Entries] => {
              const found = Option.filter(
                HashMap.get(all, nameOf(scope, key)),
                ({ expiresAt }) => !isOver(now)(expiresAt)
              )
              const { kept, lockedUntil, ...entry } = Option.getOrElse(found, () => ({
                requestHash,
                seed: `seed-${n}`,
                begunAt: now,
                lockedUntil: Option.none(),
                kept: Option.none(),
                expiresAt: DateTime.addDuration(now, idempotencyLifetime)
              }))
              if (entry.requestHash !== requestHash) return [Attempt.Mismatch(), all]
              if (Option.isSome(kept)) return [Attempt.Replay(kept.value), all]
              const end = Option.filter(lockedUntil, (_) => !isOver(now)(_))
              if (Option.isSome(end)) {
                const millis = DateTime.distance(now, end.value)
                return [Attempt.Running({ retryAfterSeconds: Math.ceil(millis / 1_000) }), all]
              }
              const { begunAt, seed } = entry
              const leaseEnd = DateTime.addDuration(now, lease)
              const begun = { ...entry, kept, lockedUntil: Option.some(leaseEnd) }
              return [
                Attempt.Fresh({ seed, begunAt, lockedUntil: leaseEnd }),
                HashMap.set(all, nameOf(scope, key), begun)
              ]
            })
        ),

      finish: (scope, key, run, sessionId, answer) =>
        Effect.if(Option.match(sessionId, { onNone: () => Effect.succeed(true), onSome: exists }), {
          onFalse: () => forget(scope, key, run),
          onTrue: () =>
            change(scope, key, (entry) =>
              Option.some(
                entry.seed === run.seed && Option.isNone(entry.kept)
                  ? { ...entry, kept: Option.some({ sessionId, answer }), lockedUntil: Option.none() }
                  : entry
              )
            )
        }),

      abandon: (scope, key, run) =>
        change(
          scope,
          key,
          release(run, (entry) => Option.some({ ...entry, lockedUntil: Option.none() }))
        ),

      forget,

      sweep: (now) =>
        Ref.modify(entries, (all) => {
          const expired = HashMap.filter(all, ({ expiresAt }) => isOver(now)(expiresAt))
          const swept = Array.take(HashMap.keys(expired), sweptAtOnce)
          return [swept.length, HashMap.removeMany(all, swept)]
        })
    }
  })
)
