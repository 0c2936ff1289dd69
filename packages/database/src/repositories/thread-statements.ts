import { and, desc, eq, exists, getTableColumns, isNotNull, sql, type WithSubquery } from "drizzle-orm"
import type { AnyPgColumn } from "drizzle-orm/pg-core"
import type { Client } from "../client.ts"
import { sessions, threads } from "../schema.ts"
import { makeSession } from "./given-rows.ts"
import { isSeen, sessionColumns } from "./session-statements.ts"

const { placeholder } = sql

/** Every statement on a thread names whose it is, and who asks for its session. */
export const isOwnThread = and(
  eq(threads.threadId, placeholder("threadId")),
  eq(threads.resourceId, placeholder("resourceId")),
  eq(threads.owner, placeholder("owner"))
)

const hasSeenSession = (client: Client) =>
  exists(
    client
      .select({ id: sessions.id })
      .from(sessions)
      .where(and(eq(sessions.id, threads.sessionId), isSeen))
  )

const usedAt = sql`greatest(${threads.updatedAt}, ${placeholder("now")}::timestamptz)`

/** The step that gives a session of the same statement its name, if there is one, with the parameters of `isOwnThread`. */
export const nameSession = (
  client: Client,
  made: WithSubquery & Readonly<Record<"id" | "createdAt", AnyPgColumn>>,
  updatedAt: AnyPgColumn
) =>
  client.$with("named").as(
    client
      .insert(threads)
      .select(
        client
          .select({
            threadId: sql<string>`${placeholder("threadId")}::text`.as("named_thread_id"),
            resourceId: sql<string>`${placeholder("resourceId")}::text`.as("named_resource_id"),
            owner: sql<string>`${placeholder("owner")}::text`.as("named_owner"),
            sessionId: made.id,
            metadata: sql<string>`'{}'::jsonb`.as("named_metadata"),
            createdAt: made.createdAt,
            updatedAt: sql<Date>`${updatedAt}`.as("named_updated_at")
          })
          .from(made)
          .where(isNotNull(sql`${placeholder("threadId")}::text`))
      )
      .returning()
  )

/**
 * Of two callers who give one name at the same instant neither sees the other: the second fails on the name, with
 * the session that it made, and finds the first's when it is run again.
 */
export const prepareOpen = (client: Client) => {
  const used = client.$with("used").as(
    client
      .update(threads)
      .set({ updatedAt: usedAt })
      .where(and(isOwnThread, hasSeenSession(client)))
      .returning()
  )
  const made = makeSession(client, sql`not exists (select from ${used})`)
  const named = nameSession(client, made, made.updatedAt)
  return client
    .with(used, made, named)
    .select({
      used: used._.selectedFields,
      sessions: sessionColumns,
      made: made._.selectedFields,
      named: named._.selectedFields
    })
    .from(sql`(select) as one`)
    .leftJoin(used, sql`true`)
    .leftJoin(sessions, eq(sessions.id, used.sessionId))
    .leftJoin(made, sql`true`)
    .leftJoin(named, sql`true`)
    .prepare("thread_open")
}

export const prepareGet = (client: Client) =>
  client
    .select({ thread: getTableColumns(threads), session: sessionColumns })
    .from(threads)
    .innerJoin(sessions, eq(sessions.id, threads.sessionId))
    .where(and(isOwnThread, isSeen))
    .prepare("thread_get")

export const prepareSetMetadata = (client: Client) => {
  const changed = client.$with("changed").as(
    client
      .update(threads)
      .set({ metadata: sql`${placeholder("metadata")}::jsonb`, updatedAt: usedAt })
      .where(and(isOwnThread, hasSeenSession(client)))
      .returning()
  )
  return client
    .with(changed)
    .select({ thread: changed._.selectedFields, session: sessionColumns })
    .from(changed)
    .innerJoin(sessions, eq(sessions.id, changed.sessionId))
    .prepare("thread_set_metadata")
}

export const prepareRemove = (client: Client) =>
  client
    .delete(threads)
    .where(and(isOwnThread, hasSeenSession(client)))
    .returning({ threadId: threads.threadId })
    .prepare("thread_remove")

/** The number is read from the index alone, and so is the order of the page; at most a page's rows are sorted again. */
export const prepareList = (client: Client) => {
  const isOfResource = and(
    eq(threads.resourceId, placeholder("resourceId")),
    eq(threads.owner, placeholder("owner"))
  )
  const total = client
    .select({ count: sql<number>`count(*)::int`.as("count") })
    .from(threads)
    .where(isOfResource)
    .as("total")
  const page = client
    .select()
    .from(threads)
    .where(isOfResource)
    .orderBy(desc(threads.updatedAt), desc(threads.threadId))
    .limit(placeholder("limit"))
    .offset(placeholder("offset"))
    .as("page")
  return client
    .select({ total: { count: total.count }, thread: page._.selectedFields, session: sessionColumns })
    .from(total)
    .leftJoinLateral(page, sql`true`)
    .leftJoin(sessions, and(eq(sessions.id, page.sessionId), isSeen))
    .orderBy(desc(page.updatedAt), desc(page.threadId))
    .prepare("thread_list")
}
