import type { Reply } from "@workspace/domain"
import { and, eq, exists, isNotNull, not, type SQL, sql } from "drizzle-orm"
import type { Client } from "../client.ts"
import { messages, replies, sessions } from "../schema.ts"
import { insertMessage } from "./message-insert.ts"
import { isStreaming, replyColumns, signal } from "./reply-statements.ts"
import { beginningOf, chunksSeen, dataOf, fits, isShort, textOf } from "./reply-text.ts"
import { lockSession } from "./session-statements.ts"

const { placeholder } = sql

/**
 * Ends a reply under the locks of its session and of itself, and makes what was said the assistant's message.
 *
 * A chunk that was written while the statement waited for the reply is counted in it, but is not in the snapshot.
 * Then the statement ends nothing and only keeps others from writing on: run again, it sees all chunks.
 */
export const prepareEnd = (
  client: Client,
  name: string,
  isMeant: { readonly session: SQL | undefined; readonly reply: SQL | undefined }
) => {
  const found = lockSession(client, isMeant.session)
  const held = client
    .$with("held")
    .as(
      client
        .select(replyColumns)
        .from(replies)
        .innerJoin(found, eq(replies.sessionId, found.id))
        .where(and(isStreaming, isMeant.reply))
        .for("no key update", { of: replies })
    )
  const isTaken = exists(
    client
      .select({ id: messages.id })
      .from(messages)
      .where(and(eq(messages.sessionId, held.sessionId), eq(messages.id, held.id)))
  )
  const said = client.$with("said").as(
    client
      .select({
        isSeen: sql<boolean>`${chunksSeen(held.sessionId, held.id)} = ${held.chunkCount}`.as("is_seen"),
        isTaken: sql<boolean>`${isTaken}`.as("is_taken"),
        text: textOf(held.sessionId, held.id).as("said_text"),
        data: dataOf(held.sessionId, held.id).as("said_data")
      })
      .from(held)
  )
  const kept = client.$with("kept").as(
    client
      .select({
        id: held.sessionId,
        replyId: held.id,
        content: sql<string | null>`case when not ${said.isTaken} then ${beginningOf(said.text)} end`.as(
          "kept_content"
        ),
        data: sql`case when ${fits(said.data)} then ${said.data} else '{}' end`.as("kept_data"),
        status: sql<Reply["status"]>`case
          when ${placeholder("status")}::text = 'complete'
            and (${said.text} is null or ${said.isTaken} or not ${isShort(said.text)} or not ${fits(said.data)})
          then 'interrupted' else ${placeholder("status")}::text end`.as("kept_status"),
        regenerates: held.regenerates
      })
      .from(held)
      .innerJoin(said, sql`${said.isSeen}`)
  )
  const note = sql`jsonb_strip_nulls(jsonb_build_object(
    'status', nullif(${kept.status}, 'complete'), 'regenerates', ${kept.regenerates}))`
  const { counted, inserted, looked } = insertMessage(client, found, kept, isNotNull(kept.content), {
    id: sql`${kept.replyId}`,
    role: sql`'assistant'`,
    content: sql`${kept.content}`,
    metadata: sql`${kept.data} || case when ${note} = '{}' then '{}' else jsonb_build_object('reply', ${note}) end`,
    title: sql`null`,
    completes: sql`(${placeholder("completes")}::boolean and ${kept.status} = 'complete' and ${sessions.status} <> 'aborted')`
  })
  const ended = client.$with("ended").as(
    client
      .update(replies)
      .set({
        status: sql`${kept.status}`,
        messageSequence: sql`${inserted.sequence}`,
        leaseUntil: null,
        endedAt: sql`${placeholder("now")}::timestamptz`
      })
      .from(kept)
      .leftJoin(inserted, sql`true`)
      .where(and(eq(replies.sessionId, kept.id), eq(replies.id, kept.replyId)))
      .returning({ ...replyColumns, signalled: signal(replies.sessionId) })
  )
  const closed = client.$with("closed").as(
    client
      .update(replies)
      .set({ leaseUntil: sql`'-infinity'` })
      .from(held)
      .innerJoin(said, not(said.isSeen))
      .where(and(eq(replies.sessionId, held.sessionId), eq(replies.id, held.id)))
      .returning({ id: replies.id })
  )
  return client
    .with(found, held, said, kept, looked, counted, inserted, ended, closed)
    .select()
    .from(found)
    .leftJoin(ended, sql`true`)
    .leftJoin(closed, sql`true`)
    .prepare(name)
}
