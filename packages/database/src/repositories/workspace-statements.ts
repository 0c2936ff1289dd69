import type { MadeInGit } from "@workspace/domain"
import { and, asc, eq, getTableColumns, inArray, isNotNull, isNull, or, sql } from "drizzle-orm"
import type { Client } from "../client.ts"
import { sessions, workspaceSessions } from "../schema.ts"
import { makeSession } from "./given-rows.ts"
import { isSeenOf } from "./session-statements.ts"

const { placeholder } = sql

const { making, root, slot, ...columns } = getTableColumns(workspaceSessions)

const isOfRoot = eq(root, placeholder("root"))
const isNamed = and(isOfRoot, eq(columns.id, placeholder("id")))

/** Every statement for a caller names who asks, and sees no creation that has not ended. */
const isSeen = and(isOfRoot, isNull(making), isSeenOf(columns.userId))
const isVisible = and(isSeen, eq(columns.id, placeholder("id")))

const oldestFirst = [asc(columns.createdAt), asc(slot)]

/**
 * What somebody appends to the conversation at the same instant is waited for: then it stays. The conversation is locked first, as
 * by whoever removes it, who comes to the workspace after that.
 */
const prepareForget = (client: Client) => {
  const isUnfinished = and(isNamed, isNotNull(making))
  const locked = client.$with("locked").as(
    client
      .select({ id: sessions.id })
      .from(sessions)
      .where(
        inArray(
          sessions.id,
          client.select({ id: columns.sessionId }).from(workspaceSessions).where(isUnfinished)
        )
      )
      .for("update")
  )
  const forgotten = client.$with("forgotten").as(
    client
      .delete(workspaceSessions)
      .where(and(isUnfinished, sql`(select count(*) from ${locked}) >= 0`))
      .returning({ sessionId: columns.sessionId })
  )
  return client
    .with(locked, forgotten)
    .delete(sessions)
    .where(
      and(
        inArray(sessions.id, client.select({ id: forgotten.sessionId }).from(forgotten)),
        eq(sessions.messageCount, 0)
      )
    )
    .prepare("workspace_forget")
}

/** Whether the conversation is gone is seen under the lock of the workspace's row. */
const prepareRestore = (client: Client) => {
  const found = client.$with("found").as(
    client
      .select({ id: columns.id, userId: columns.userId, sessionId: columns.sessionId })
      .from(workspaceSessions)
      .where(and(isNamed, isNull(making)))
      .for("no key update")
  )
  const linked = client.$with("linked").as(
    client
      .select({ id: sessions.id })
      .from(sessions)
      .innerJoin(
        found,
        and(isNull(found.sessionId), or(isNull(sessions.userId), eq(sessions.userId, found.userId)))
      )
      .where(eq(sessions.id, placeholder("sessionId")))
      .for("key share", { of: sessions })
  )
  const restored = client.$with("restored").as(
    client
      .update(workspaceSessions)
      .set({
        status: sql`${placeholder("status")}`,
        branch: sql`${placeholder("branch")}`,
        worktree: sql`${placeholder("worktree")}`,
        ptyPid: null,
        sessionId: sql`coalesce(${found.sessionId}, ${placeholder("sessionId")})`
      })
      .from(found)
      .where(eq(columns.id, found.id))
      .returning({ id: columns.id })
  )
  const made = makeSession(
    client,
    sql`exists (select from ${found} where ${isNull(found.sessionId)}) and not exists (select from ${linked})`
  )
  return client.with(found, linked, restored, made).select().from(restored).prepare("workspace_restore")
}

const prepareUpdate = (client: Client) =>
  client
    .update(workspaceSessions)
    .set({
      status: sql`coalesce(${placeholder("status")}::text, ${columns.status})`,
      ptyPid: sql`case when ${placeholder("setsPtyPid")}::boolean then ${placeholder("ptyPid")}::integer else ${columns.ptyPid} end`,
      currentPhase: sql`case when ${placeholder("setsCurrentPhase")}::boolean then ${placeholder("currentPhase")}::text else ${columns.currentPhase} end`,
      metadata: sql`coalesce(${placeholder("metadata")}::jsonb, ${columns.metadata})`
    })
    .where(isVisible)
    .returning(columns)
    .prepare("workspace_update")

const prepareTouch = (client: Client) =>
  client
    .update(workspaceSessions)
    .set({ lastActivity: sql`greatest(${columns.lastActivity}, ${placeholder("now")}::timestamptz)` })
    .where(isVisible)
    .returning(columns)
    .prepare("workspace_touch")

/** All but the addition. */
export const prepareAll = (client: Client) => ({
  get: client.select(columns).from(workspaceSessions).where(isVisible).prepare("workspace_get"),
  list: client
    .select(columns)
    .from(workspaceSessions)
    .where(isSeen)
    .orderBy(...oldestFirst)
    .prepare("workspace_list"),
  unfinished: client
    .select({ workspace: columns, making: sql<MadeInGit>`${making}` })
    .from(workspaceSessions)
    .where(and(isOfRoot, isNotNull(making)))
    .orderBy(...oldestFirst)
    .prepare("workspace_unfinished"),
  finish: client
    .update(workspaceSessions)
    .set({ making: null })
    .where(isNamed)
    .returning({ id: columns.id })
    .prepare("workspace_finish"),
  remove: client
    .delete(workspaceSessions)
    .where(isVisible)
    .returning({ id: columns.id })
    .prepare("workspace_remove"),
  forget: prepareForget(client),
  restore: prepareRestore(client),
  update: prepareUpdate(client),
  touch: prepareTouch(client)
})
