import {
  Attempt,
  IdempotencyStore,
  idempotencyLifetime,
  SessionId,
  sweptAtOnce,
  type Timestamp
} from "@workspace/domain"
import { and, asc, eq, isNull, notExists, sql } from "drizzle-orm"
import { DateTime, Effect, Layer, Option } from "effect"
import { type Client, Database } from "../client.ts"
import { idempotencyKeys, sessions } from "../schema.ts"

const { placeholder } = sql

const isKey = and(
  eq(idempotencyKeys.scope, placeholder("scope")),
  eq(idempotencyKeys.key, placeholder("key"))
)
const now = sql`${placeholder("now")}::timestamptz`
const isExpired = sql`${idempotencyKeys.expiresAt} <= ${now}`
const isFree = sql`coalesce(${idempotencyKeys.lockedUntil} <= ${now}, true)`

/**
 * Takes the key if it is new, forgotten, or nobody's; and gives what was there when the statement began. Copies
 * that wait and repetitions only read: a row that the insert met would be locked, which is a write.
 */
const prepareBegin = (client: Client) => {
  const unlessExpired = <A>(kept: A, fresh: unknown) =>
    sql`case when ${isExpired} then ${fresh} else ${kept} end`
  const settled = client
    .select({ key: idempotencyKeys.key })
    .from(idempotencyKeys)
    .where(
      and(
        isKey,
        sql`not ${isExpired}`,
        sql`(${idempotencyKeys.status} is not null or not ${isFree}
          or ${idempotencyKeys.requestHash} <> ${placeholder("requestHash")}::text)`
      )
    )
  const taken = client.$with("taken").as(
    client
      .insert(idempotencyKeys)
      .select(
        client
          .select({
            scope: sql<string>`${placeholder("scope")}::text`.as("scope"),
            key: sql<string>`${placeholder("key")}::text`.as("key"),
            requestHash: sql<string>`${placeholder("requestHash")}::text`.as("request_hash"),
            // 244 random bits.
            seed: sql<string>`replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '')`.as(
              "seed"
            ),
            lockedUntil: sql<string>`${placeholder("lockedUntil")}::timestamptz`.as("locked_until"),
            sessionId: sql<null>`null::text`.as("session_id"),
            status: sql<null>`null::integer`.as("status"),
            headers: sql<null>`null::jsonb`.as("headers"),
            body: sql<null>`null::text`.as("body"),
            createdAt: sql<string>`${now}`.as("created_at"),
            expiresAt: sql<string>`${placeholder("expiresAt")}::timestamptz`.as("expires_at")
          })
          .from(sql`(values (1)) as one`)
          .where(notExists(settled))
      )
      .onConflictDoUpdate({
        target: [idempotencyKeys.scope, idempotencyKeys.key],
        set: {
          requestHash: sql`excluded.request_hash`,
          seed: unlessExpired(idempotencyKeys.seed, sql`excluded.seed`),
          lockedUntil: sql`excluded.locked_until`,
          sessionId: sql`null`,
          status: sql`null`,
          headers: sql`null`,
          body: sql`null`,
          createdAt: unlessExpired(idempotencyKeys.createdAt, sql`excluded.created_at`),
          expiresAt: unlessExpired(idempotencyKeys.expiresAt, sql`excluded.expires_at`)
        },
        setWhere: sql`${isExpired} or (${idempotencyKeys.status} is null
          and ${idempotencyKeys.requestHash} = excluded.request_hash and ${isFree})`
      })
      .returning({ seed: idempotencyKeys.seed, begunAt: idempotencyKeys.createdAt })
  )
  const found = client.select().from(idempotencyKeys).where(isKey).as("found")
  return client
    .with(taken)
    .select()
    .from(sql`(values (1)) as one`)
    .leftJoin(taken, sql`true`)
    .leftJoin(found, sql`true`)
    .prepare("idempotency_begin")
}

/** Of a session that is being deleted it waits for the end: the answer goes with it, or is not kept. */
const prepareFinish = (client: Client) => {
  const session = client.$with("session").as(
    client
      .select({ id: sessions.id })
      .from(sessions)
      .where(eq(sessions.id, placeholder("sessionId")))
      .for("key share")
  )
  return client
    .with(session)
    .update(idempotencyKeys)
    .set({
      sessionId: sql`${session.id}`,
      status: sql`${placeholder("status")}::integer`,
      headers: sql`${placeholder("headers")}::jsonb`,
      body: sql`${placeholder("body")}::text`,
      lockedUntil: sql`null`
    })
    .from(session)
    .where(and(isKey, isNull(idempotencyKeys.status)))
    .returning({ key: idempotencyKeys.key })
    .prepare("idempotency_finish")
}

const prepareAbandon = (client: Client) =>
  client
    .update(idempotencyKeys)
    .set({ lockedUntil: sql`null` })
    .where(and(isKey, isNull(idempotencyKeys.status)))
    .prepare("idempotency_abandon")

/** Passes over what others sweep or take at the same time. */
const prepareSweep = (client: Client) => {
  const expired = client
    .select({ scope: idempotencyKeys.scope, key: idempotencyKeys.key })
    .from(idempotencyKeys)
    .where(isExpired)
    .orderBy(asc(idempotencyKeys.expiresAt))
    .limit(sweptAtOnce)
    .for("update", { skipLocked: true })
  return client
    .delete(idempotencyKeys)
    .where(sql`(${idempotencyKeys.scope}, ${idempotencyKeys.key}) in ${expired}`)
    .returning({ key: idempotencyKeys.key })
    .prepare("idempotency_sweep")
}

type Found = typeof idempotencyKeys.$inferSelect

/** What a key that was not taken stands for; none when it was taken or removed while the statement ran. */
const attemptOf = (found: Found | null, requestHash: string, at: Timestamp): Option.Option<Attempt> => {
  const millis = at.epochMillis
  if (found === null || found.expiresAt.getTime() <= millis) return Option.none()
  const { body, headers, lockedUntil, sessionId, status } = found
  if (found.requestHash !== requestHash) return Option.some(Attempt.Mismatch())
  if (sessionId !== null && status !== null && headers !== null && body !== null) {
    return Option.some(
      Attempt.Replay({ sessionId: SessionId.make(sessionId), answer: { status, headers, body } })
    )
  }
  // Free when the statement began, and taken by another since.
  const end = lockedUntil?.getTime() ?? millis
  return Option.some(Attempt.Running({ retryAfterSeconds: Math.max(1, Math.ceil((end - millis) / 1_000)) }))
}

/** Idempotency keys in PostgreSQL, each call one statement. */
export const layer: Layer.Layer<IdempotencyStore, never, Database> = Layer.effect(
  IdempotencyStore,
  Effect.map(Database, ({ client, query }) => {
    const statements = {
      begin: prepareBegin(client),
      finish: prepareFinish(client),
      abandon: prepareAbandon(client),
      sweep: prepareSweep(client)
    }

    const begin: IdempotencyStore["Type"]["begin"] = Effect.fn("IdempotencyStorePg.begin")(function* (
      scope,
      key,
      { lease, now: at, requestHash }
    ) {
      const attempt = Effect.map(
        query(() =>
          statements.begin.execute({
            scope,
            key,
            requestHash,
            now: DateTime.formatIso(at),
            lockedUntil: DateTime.formatIso(DateTime.addDuration(at, lease)),
            expiresAt: DateTime.formatIso(DateTime.addDuration(at, idempotencyLifetime))
          })
        ),
        ([row]) =>
          row === undefined || row.taken === null
            ? attemptOf(row?.found ?? null, requestHash, at)
            : Option.some(
                Attempt.Fresh({ ...row.taken, begunAt: DateTime.unsafeFromDate(row.taken.begunAt) })
              )
      )
      const settled = yield* Effect.repeat(attempt, { until: Option.isSome, times: 3 })
      return Option.getOrElse(settled, () => Attempt.Running({ retryAfterSeconds: 1 }))
    }, Effect.orDie)

    const abandon: IdempotencyStore["Type"]["abandon"] = Effect.fn("IdempotencyStorePg.abandon")(function* (
      scope,
      key
    ) {
      yield* query(() => statements.abandon.execute({ scope, key }))
    }, Effect.orDie)

    const finish: IdempotencyStore["Type"]["finish"] = Effect.fn("IdempotencyStorePg.finish")(function* (
      scope,
      key,
      sessionId,
      { body, headers, status }
    ) {
      const finished = yield* query(() =>
        statements.finish.execute({ scope, key, sessionId, status, headers: JSON.stringify(headers), body })
      )
      if (finished.length === 0) yield* abandon(scope, key)
    }, Effect.orDie)

    const sweep: IdempotencyStore["Type"]["sweep"] = Effect.fn("IdempotencyStorePg.sweep")(function* (at) {
      const swept = yield* query(() => statements.sweep.execute({ now: DateTime.formatIso(at) }))
      return swept.length
    }, Effect.orDie)

    return { begin, finish, abandon, sweep }
  })
)
