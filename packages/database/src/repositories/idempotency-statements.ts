import { sweptAtOnce } from "@workspace/domain"
import { and, asc, eq, exists, isNull, notExists, or, sql } from "drizzle-orm"
import type { Client } from "../client.ts"
import { idempotencyKeys, sessions } from "../schema.ts"

const { placeholder } = sql

const isKey = and(
  eq(idempotencyKeys.scope, placeholder("scope")),
  eq(idempotencyKeys.key, placeholder("key"))
)
/** What a run began, and nobody has answered since. */
const isOfRun = and(isKey, eq(idempotencyKeys.seed, placeholder("seed")), isNull(idempotencyKeys.status))
/** While the run has it to itself: what another has taken over is not given away. */
const isHeld = and(isOfRun, sql`${idempotencyKeys.lockedUntil} = ${placeholder("lockedUntil")}::timestamptz`)
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

/** Of no session, or of one that is there. Of a session that is being deleted it waits for the end: the answer goes with it, or is not kept. */
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
      sessionId: sql`(${client.select({ id: session.id }).from(session)})`,
      status: sql`${placeholder("status")}::integer`,
      headers: sql`${placeholder("headers")}::jsonb`,
      body: sql`${placeholder("body")}::text`,
      lockedUntil: sql`null`
    })
    .where(
      and(
        isOfRun,
        or(
          isNull(sql`${placeholder("sessionId")}::text`),
          exists(client.select({ id: session.id }).from(session))
        )
      )
    )
    .returning({ key: idempotencyKeys.key })
    .prepare("idempotency_finish")
}

const prepareAbandon = (client: Client) =>
  client.update(idempotencyKeys).set({ lockedUntil: sql`null` }).where(isHeld).prepare("idempotency_abandon")

const prepareForget = (client: Client) =>
  client.delete(idempotencyKeys).where(isHeld).prepare("idempotency_forget")

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

/** All that is asked of the table of idempotency keys. */
export const prepare = (client: Client) => ({
  begin: prepareBegin(client),
  finish: prepareFinish(client),
  abandon: prepareAbandon(client),
  forget: prepareForget(client),
  sweep: prepareSweep(client)
})
