import {
  Attempt,
  IdempotencyStore,
  idempotencyLifetime,
  type LeasedRun,
  SessionId,
  type Timestamp
} from "@workspace/domain"
import { DateTime, Effect, Layer, Option } from "effect"
import { Database } from "../client.ts"
import type { idempotencyKeys } from "../schema.ts"
import * as IdempotencyStatements from "./idempotency-statements.ts"

type Found = typeof idempotencyKeys.$inferSelect

/** What a key that was not taken stands for; none when it was taken or removed while the statement ran. */
const attemptOf = (found: Found | null, requestHash: string, at: Timestamp): Option.Option<Attempt> => {
  const millis = at.epochMillis
  if (found === null || found.expiresAt.getTime() <= millis) return Option.none()
  const { body, headers, lockedUntil, sessionId, status } = found
  if (found.requestHash !== requestHash) return Option.some(Attempt.Mismatch())
  if (status !== null && headers !== null && body !== null) {
    return Option.some(
      Attempt.Replay({
        sessionId: Option.map(Option.fromNullable(sessionId), (id) => SessionId.make(id)),
        answer: { status, headers, body }
      })
    )
  }
  // Free when the statement began, and taken by another since.
  const end = lockedUntil?.getTime() ?? millis
  return Option.some(Attempt.Running({ retryAfterSeconds: Math.max(1, Math.ceil((end - millis) / 1_000)) }))
}

const heldBy = ({ lockedUntil, seed }: LeasedRun) => ({ seed, lockedUntil: DateTime.formatIso(lockedUntil) })

/** Idempotency keys in PostgreSQL, each call one statement. */
export const layer: Layer.Layer<IdempotencyStore, never, Database> = Layer.effect(
  IdempotencyStore,
  Effect.map(Database, ({ client, query }) => {
    const statements = IdempotencyStatements.prepare(client)

    const begin: IdempotencyStore["Type"]["begin"] = Effect.fn("IdempotencyStorePg.begin")(function* (
      scope,
      key,
      { lease, now: at, requestHash }
    ) {
      const lockedUntil = DateTime.addDuration(at, lease)
      const attempt = Effect.map(
        query(() =>
          statements.begin.execute({
            scope,
            key,
            requestHash,
            now: DateTime.formatIso(at),
            lockedUntil: DateTime.formatIso(lockedUntil),
            expiresAt: DateTime.formatIso(DateTime.addDuration(at, idempotencyLifetime))
          })
        ),
        ([row]) =>
          row === undefined || row.taken === null
            ? attemptOf(row?.found ?? null, requestHash, at)
            : Option.some(
                Attempt.Fresh({
                  seed: row.taken.seed,
                  begunAt: DateTime.unsafeFromDate(row.taken.begunAt),
                  lockedUntil
                })
              )
      )
      const settled = yield* Effect.repeat(attempt, { until: Option.isSome, times: 3 })
      return Option.getOrElse(settled, () => Attempt.Running({ retryAfterSeconds: 1 }))
    }, Effect.orDie)

    const abandon: IdempotencyStore["Type"]["abandon"] = Effect.fn("IdempotencyStorePg.abandon")(function* (
      scope,
      key,
      run
    ) {
      yield* query(() => statements.abandon.execute({ scope, key, ...heldBy(run) }))
    }, Effect.orDie)

    const forget: IdempotencyStore["Type"]["forget"] = Effect.fn("IdempotencyStorePg.forget")(function* (
      scope,
      key,
      run
    ) {
      yield* query(() => statements.forget.execute({ scope, key, ...heldBy(run) }))
    }, Effect.orDie)

    const finish: IdempotencyStore["Type"]["finish"] = Effect.fn("IdempotencyStorePg.finish")(function* (
      scope,
      key,
      run,
      sessionId,
      { body, headers, status }
    ) {
      const finished = yield* query(() =>
        statements.finish.execute({
          scope,
          key,
          seed: run.seed,
          sessionId: Option.getOrNull(sessionId),
          status,
          headers: JSON.stringify(headers),
          body
        })
      )
      if (finished.length === 0) yield* forget(scope, key, run)
    }, Effect.orDie)

    const sweep: IdempotencyStore["Type"]["sweep"] = Effect.fn("IdempotencyStorePg.sweep")(function* (at) {
      const swept = yield* query(() => statements.sweep.execute({ now: DateTime.formatIso(at) }))
      return swept.length
    }, Effect.orDie)

    return { begin, finish, abandon, forget, sweep }
  })
)
