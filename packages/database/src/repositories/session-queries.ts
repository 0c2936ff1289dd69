import { and, asc, eq, getTableColumns, gte, isNull, lt, notExists, or, sql } from "drizzle-orm"
import type { Client } from "../client.ts"
import { messages, sessions } from "../schema.ts"

const { placeholder } = sql

/** Every statement on a session names who asks: `sessionId`, `userId` (null for no user) and `trusted`. */
const isVisible = and(
  eq(sessions.id, placeholder("sessionId")),
  or(
    isNull(sessions.userId),
    sql`${sessions.userId} = ${placeholder("userId")}::text`,
    sql`${placeholder("trusted")}::boolean`
  )
)

const nextVersion = sql`${sessions.version} + 1`
const changedAt = sql`greatest(${sessions.updatedAt}, ${placeholder("now")}::timestamptz)`

/**
 * A message gets the next sequence under the lock of its session's row, in one statement. Two copies of one
 * message at the same instant do not see each other: the second fails on the unique message id, with all it
 * did, and finds the first when it is run again.
 */
const prepareAppend = (client: Client) => {
  // FOR NO KEY UPDATE suffices, and does not hold up foreign-key checks.
  const found = client
    .$with("found")
    .as(
      client
        .select({ id: sessions.id, status: sessions.status })
        .from(sessions)
        .where(isVisible)
        .for("no key update")
    )
  const duplicate = client.$with("duplicate").as(
    client
      .select(getTableColumns(messages))
      .from(messages)
      .innerJoin(found, eq(messages.sessionId, found.id))
      .where(eq(messages.id, placeholder("id")))
  )
  const counted = client.$with("counted").as(
    client
      .update(sessions)
      .set({ messageCount: sql`${sessions.messageCount} + 1`, version: nextVersion, updatedAt: changedAt })
      .from(found)
      .where(
        and(
          eq(sessions.id, found.id),
          eq(found.status, "active"),
          notExists(client.select({ id: duplicate.id }).from(duplicate))
        )
      )
      .returning({ id: sessions.id, messageCount: sessions.messageCount, updatedAt: sessions.updatedAt })
  )
  const inserted = client.$with("inserted").as(
    client
      .insert(messages)
      .select(
        client
          .select({
            sessionId: counted.id,
            sequence: counted.messageCount,
            id: sql<string>`${placeholder("id")}::text`.as("message_id"),
            role: sql<string>`${placeholder("role")}::text`.as("role"),
            content: sql<string>`${placeholder("content")}::text`.as("content"),
            metadata: sql<string>`${placeholder("metadata")}::jsonb`.as("metadata"),
            createdAt: counted.updatedAt
          })
          .from(counted)
      )
      .returning()
  )
  return client
    .with(found, duplicate, counted, inserted)
    .select()
    .from(found)
    .leftJoin(inserted, sql`true`)
    .leftJoin(duplicate, sql`true`)
    .prepare("session_append")
}

/**
 * Session and messages in one statement, and so of one snapshot. The history comes in the order of its index:
 * the lateral subquery is read once, for the one session, and nothing above it changes the order.
 */
const prepareLoad = (client: Client) => {
  const history = client
    .select()
    .from(messages)
    .where(eq(messages.sessionId, sessions.id))
    .orderBy(asc(messages.sequence))
    .as("history")
  return client
    .select()
    .from(sessions)
    .leftJoinLateral(history, sql`true`)
    .where(isVisible)
    .prepare("session_load")
}

const prepareSetStatus = (client: Client) => {
  const found = client.$with("found").as(client.select().from(sessions).where(isVisible).for("no key update"))
  const changed = client.$with("changed").as(
    client
      .update(sessions)
      .set({ status: sql`${placeholder("status")}::text`, version: nextVersion, updatedAt: changedAt })
      .from(found)
      .where(
        and(eq(sessions.id, found.id), sql`${found.status} = any (${placeholder("statusesBefore")}::text[])`)
      )
      .returning({
        status: sessions.status,
        version: sessions.version,
        updatedAt: sessions.updatedAt
      })
  )
  return client
    .with(found, changed)
    .select()
    .from(found)
    .leftJoin(changed, sql`true`)
    .prepare("session_set_status")
}

const prepareUpdatePrecision = (client: Client) =>
  client
    .update(sessions)
    .set({
      openness: sql`${placeholder("openness")}::double precision`,
      conscientiousness: sql`${placeholder("conscientiousness")}::double precision`,
      extraversion: sql`${placeholder("extraversion")}::double precision`,
      agreeableness: sql`${placeholder("agreeableness")}::double precision`,
      neuroticism: sql`${placeholder("neuroticism")}::double precision`,
      scoredThrough: sql`${placeholder("scoredThrough")}::integer`,
      version: nextVersion
    })
    .where(
      and(
        eq(sessions.id, placeholder("sessionId")),
        lt(sessions.scoredThrough, placeholder("scoredThrough")),
        gte(sessions.messageCount, placeholder("scoredThrough"))
      )
    )
    .returning({ id: sessions.id })
    .prepare("session_update_precision")

/** The statements on sessions, each prepared once. */
export const prepareSessionQueries = (client: Client) => ({
  append: prepareAppend(client),
  load: prepareLoad(client),
  setStatus: prepareSetStatus(client),
  updatePrecision: prepareUpdatePrecision(client)
})
