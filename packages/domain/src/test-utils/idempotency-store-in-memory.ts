import { Array, Data, DateTime, Effect, HashMap, Layer, Option, Ref } from "effect"
import { IdempotencyStore } from "../ports/idempotency-store.ts"
import { Attempt, idempotencyLifetime, type KeptAnswer } from "../types/idempotency.ts"
import type { Timestamp } from "../types/timestamp.ts"

interface Entry {
  readonly requestHash: string
  readonly seed: string
  readonly lockedUntil: Option.Option<Timestamp>
  readonly answer: Option.Option<KeptAnswer>
  readonly expiresAt: Timestamp
}

const nameOf = (scope: string, key: string) => Data.tuple(scope, key)
type Entries = HashMap.HashMap<ReturnType<typeof nameOf>, Entry>

const isOver = (now: Timestamp) => (end: Timestamp) => DateTime.lessThanOrEqualTo(end, now)

/** A real implementation over a `Ref`. Its seeds are `seed-1`, `seed-2`, …. */
export const layer = Layer.effect(
  IdempotencyStore,
  Effect.gen(function* () {
    const entries = yield* Ref.make<Entries>(HashMap.empty())
    const seeds = yield* Ref.make(0)

    const change = (scope: string, key: string, run: (entry: Entry) => Entry) =>
      Ref.update(entries, HashMap.modify(nameOf(scope, key), run))

    return {
      begin: (scope, key, { lease, now, requestHash }) =>
        Effect.flatMap(
          Ref.updateAndGet(seeds, (n) => n + 1),
          (n) =>
            Ref.modify(entries, (all): [Attempt, Entries] => {
              const found = Option.filter(
                HashMap.get(all, nameOf(scope, key)),
                ({ expiresAt }) => !isOver(now)(expiresAt)
              )
              const { answer, lockedUntil, ...entry } = Option.getOrElse(found, () => ({
                requestHash,
                seed: `seed-${n}`,
                lockedUntil: Option.none(),
                answer: Option.none(),
                expiresAt: DateTime.addDuration(now, idempotencyLifetime)
              }))
              if (entry.requestHash !== requestHash) return [Attempt.Mismatch(), all]
              if (Option.isSome(answer)) return [Attempt.Replay({ answer: answer.value }), all]
              const end = Option.filter(lockedUntil, (_) => !isOver(now)(_))
              if (Option.isSome(end)) {
                const millis = DateTime.distance(now, end.value)
                return [Attempt.Running({ retryAfterSeconds: Math.ceil(millis / 1_000) }), all]
              }
              const begun = {
                ...entry,
                answer,
                lockedUntil: Option.some(DateTime.addDuration(now, lease))
              }
              return [Attempt.Fresh({ seed: entry.seed }), HashMap.set(all, nameOf(scope, key), begun)]
            })
        ),

      finish: (scope, key, answer) =>
        change(scope, key, (entry) => ({
          ...entry,
          answer: Option.orElseSome(entry.answer, () => answer),
          lockedUntil: Option.none()
        })),

      abandon: (scope, key) => change(scope, key, (entry) => ({ ...entry, lockedUntil: Option.none() })),

      sweep: (now) =>
        Ref.modify(entries, (all) => {
          const expired = HashMap.filter(all, ({ expiresAt }) => isOver(now)(expiresAt))
          const swept = Array.take(HashMap.keys(expired), 1_000)
          return [swept.length, HashMap.removeMany(all, swept)]
        })
    }
  })
)
