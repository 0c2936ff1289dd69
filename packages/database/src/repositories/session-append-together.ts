import { and, eq, isNull, notExists, or, sql } from "drizzle-orm"
import type { Client } from "../client.ts"
import { messages, sessions } from "../schema.ts"
import { insertMessage } from "./message-insert.ts"
import { lockedColumns } from "./session-statements.ts"

const { placeholder } = sql

/** The messages of the parameters, of which no two are of one session. */
const givenMessages = (client: Client) =>
  client
    .select({
      sessionId: sql<string>`given.session_id`.as("given_session_id"),
      userId: sql<string | null>`given.user_id`.as("given_user_id"),
      trusted: sql<boolean>`given.trusted`.as("given_trusted"),
      messageId: sql<string>`given.message_id`.as("given_message_id"),
      role: sql<string>`given.role`.as("given_role"),
      content: sql<string>`given.content`.as("given_content"),
      metadata: sql<string>`given.metadata`.as("given_metadata"),
      title: sql<string | null>`given.title`.as("given_title"),
      completes: sql<boolean>`given.completes`.as("given_completes"),
      expected: sql<number | null>`given.expected`.as("given_expected"),
      now: sql<string>`given.now`.as("given_now")
    })
    .from(
      sql`unnest(
        ${placeholder("sessionIds")}::text[], ${placeholder("userIds")}::text[], ${placeholder("trusted")}::boolean[],
        ${placeholder("ids")}::text[], ${placeholder("roles")}::text[], ${placeholder("contents")}::text[],
        ${placeholder("metadata")}::jsonb[], ${placeholder("titles")}::text[], ${placeholder("completes")}::boolean[],
        ${placeholder("expectedSequences")}::integer[], ${placeholder("now")}::timestamptz[]
      ) as given(session_id, user_id, trusted, message_id, role, content, metadata, title, completes, expected, now)`
    )
    .as("given")

export const prepareTogether = (client: Client) => {
  const given = givenMessages(client)
  const found = client.$with("found").as(
    client
      .select({
        ...lockedColumns,
        messageId: given.messageId,
        role: given.role,
        content: given.content,
        metadata: given.metadata,
        title: given.title,
        completes: given.completes,
        expected: given.expected,
        now: given.now
      })
      .from(sessions)
      .innerJoin(
        given,
        and(
          eq(sessions.id, given.sessionId),
          or(isNull(sessions.userId), eq(sessions.userId, given.userId), given.trusted)
        )
      )
      .for("no key update", { of: sessions, skipLocked: true })
  )
  const known = client
    .select({ id: messages.id })
    .from(messages)
    .where(and(eq(messages.sessionId, found.id), eq(messages.id, found.messageId)))
  const { counted, inserted, looked } = insertMessage(
    client,
    found,
    found,
    and(
      eq(found.status, "active"),
      sql`${found.messageCount} = coalesce(${found.expected}, ${found.messageCount})`,
      notExists(known)
    ),
    {
      id: sql`${found.messageId}`,
      role: sql`${found.role}`,
      content: sql`${found.content}`,
      metadata: sql`${found.metadata}`,
      title: sql`${found.title}`,
      completes: sql`${found.completes}`,
      now: sql`${found.now}`
    }
  )
  const { createdAt, metadata, sequence, sessionId } = inserted
  return client
    .with(found, looked, counted, inserted)
    .select({ sessionId, sequence, metadata, createdAt })
    .from(inserted)
    .prepare("session_append_together")
}
