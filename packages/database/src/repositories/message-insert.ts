import {
  type AnyColumn,
  and,
  eq,
  getTableColumns,
  notExists,
  type SQL,
  sql,
  type WithSubquery
} from "drizzle-orm"
import type { Client } from "../client.ts"
import { messages, sessions } from "../schema.ts"
import { countsWith, lookAtLast } from "./message-counts.ts"
import { completionNoted } from "./session-progress.ts"
import { changedBy, isVisible, lockSession, nextVersion } from "./session-statements.ts"

const { placeholder } = sql

interface Insertion {
  readonly id: SQL
  readonly role: SQL
  readonly content: SQL
  readonly metadata: SQL
  /** For a session that has none. */
  readonly title: SQL
  /** Whether the session is completed with the message. */
  readonly completes: SQL
  /** When it is said; the parameter `now`, if nothing else is. */
  readonly now?: SQL
}

/**
 * The steps of a statement that give a message the next sequence of its session and count it. `found` is the session,
 * its row locked, and `source` that session again with what the message is made of.
 */
export const insertMessage = (
  client: Client,
  found: ReturnType<typeof lockSession>,
  source: WithSubquery & { readonly id: AnyColumn },
  where: SQL | undefined,
  { completes, content, id, metadata, now = sql`${placeholder("now")}`, role, title }: Insertion
) => {
  const looked = lookAtLast(client, found)
  const counted = client.$with("counted").as(
    client
      .update(sessions)
      .set({
        title: sql`coalesce(${sessions.title}, ${title}::text)`,
        ...countsWith(looked, role),
        completion: sql`coalesce(${completionNoted(metadata)}, ${sessions.completion})`,
        // Without a note there is nothing to score: what was not behind is not behind.
        scoredThrough: sql`case when ${sessions.scoredThrough} = ${sessions.messageCount}
          and not (${metadata}::jsonb ? 'assessment')
          then ${sessions.messageCount} + 1 else ${sessions.scoredThrough} end`,
        status: sql`case when ${completes}::boolean then 'completed' else ${sessions.status} end`,
        version: nextVersion,
        updatedAt: changedBy(now)
      })
      .from(source)
      .innerJoin(looked, eq(looked.id, source.id))
      .where(and(eq(sessions.id, source.id), where))
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
            id: sql<string>`${id}::text`.as("message_id"),
            role: sql<string>`${role}::text`.as("role"),
            content: sql<string>`${content}::text`.as("content"),
            metadata: sql<string>`${metadata}::jsonb`.as("metadata"),
            createdAt: counted.updatedAt
          })
          .from(counted)
          .innerJoin(source, eq(source.id, counted.id))
      )
      .returning()
  )
  return { looked, counted, inserted }
}

/**
 * The steps that append the message of the parameters to an active session: `found` is the session, locked, and
 * `duplicate` the message if the session has it already.
 */
export const appendMessage = (
  client: Client,
  isWelcome: (found: { readonly id: AnyColumn; readonly messageCount: AnyColumn }) => SQL | undefined
) => {
  const found = lockSession(client, isVisible)
  const duplicate = client.$with("duplicate").as(
    client
      .select(getTableColumns(messages))
      .from(messages)
      .innerJoin(found, eq(messages.sessionId, found.id))
      .where(eq(messages.id, placeholder("id")))
  )
  const isNew = notExists(client.select({ id: duplicate.id }).from(duplicate))
  const { counted, inserted, looked } = insertMessage(
    client,
    found,
    found,
    and(eq(found.status, "active"), isWelcome(found), isNew),
    {
      id: sql`${placeholder("id")}`,
      role: sql`${placeholder("role")}`,
      content: sql`${placeholder("content")}`,
      metadata: sql`${placeholder("metadata")}`,
      title: sql`${placeholder("title")}`,
      completes: sql`${placeholder("completes")}`
    }
  )
  return { found, duplicate, looked, counted, inserted }
}
