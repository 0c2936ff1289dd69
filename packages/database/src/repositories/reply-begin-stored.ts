import { and, asc, desc, eq, exists, getTableColumns, gt, notExists, sql } from "drizzle-orm"
import type { Client } from "../client.ts"
import { messages, replies } from "../schema.ts"
import { insertReply, isUpToDate, replyColumns, streamingIn } from "./reply-statements.ts"
import { isVisible, lockSession } from "./session-statements.ts"

const { placeholder } = sql

/**
 * A message that is stored already: what became of it, and the first reply to it if it is one to answer. `found` alone
 * tells why another could not be stored.
 */
export const prepareBeginStored = (client: Client) => {
  const found = lockSession(client, isVisible)
  const question = client.$with("question").as(
    client
      .select(getTableColumns(messages))
      .from(messages)
      .innerJoin(found, eq(messages.sessionId, found.id))
      .where(eq(messages.id, placeholder("id")))
  )
  const streaming = streamingIn(client, found)
  const previous = client.$with("previous").as(
    client
      .select(replyColumns)
      .from(replies)
      .innerJoin(
        question,
        and(eq(replies.sessionId, question.sessionId), eq(replies.questionId, question.id))
      )
      .orderBy(desc(replies.attempt))
      .limit(1)
  )
  const named = client.$with("named").as(
    client
      .select(getTableColumns(messages))
      .from(messages)
      .innerJoin(question, eq(messages.sessionId, question.sessionId))
      .where(and(eq(messages.id, placeholder("replyId")), eq(messages.role, "assistant")))
  )
  const isOfReply = exists(
    client
      .select({ id: replies.id })
      .from(replies)
      .where(and(eq(replies.sessionId, messages.sessionId), eq(replies.id, messages.id)))
  )
  // Lateral, and so read in the order of the index down to the first.
  const following = client
    .select(getTableColumns(messages))
    .from(messages)
    .where(
      and(
        eq(messages.sessionId, question.sessionId),
        gt(messages.sequence, question.sequence),
        eq(messages.role, "assistant"),
        sql`not ${isOfReply}`
      )
    )
    .orderBy(asc(messages.sequence))
    .limit(1)
    .as("following")
  const isPassed = exists(
    client
      .select({ id: messages.id })
      .from(messages)
      .where(
        and(
          eq(messages.sessionId, question.sessionId),
          gt(messages.sequence, question.sequence),
          eq(messages.role, "user")
        )
      )
  )
  const known = client.$with("known").as(
    client
      .select({
        isUpToDate: isUpToDate(client, found).as("is_up_to_date"),
        // The newest of the user's, brought again as it was.
        isCandidate: sql<boolean>`(
          not ${isPassed} and ${question.role} = ${placeholder("role")}::text
          and ${question.content} = ${placeholder("content")}::text
          and ${question.metadata} = ${placeholder("metadata")}::jsonb)`.as("is_candidate")
      })
      .from(question)
      .innerJoin(found, eq(found.id, question.sessionId))
  )
  const next = client
    .$with("next")
    .as(client.select(following._.selectedFields).from(question).innerJoinLateral(following, sql`true`))
  const begun = insertReply(client, question, {
    attempt: sql`1`,
    regenerates: sql`null`,
    where: and(
      exists(client.select().from(found).where(eq(found.status, "active"))),
      exists(client.select().from(known).where(sql`${known.isUpToDate} and ${known.isCandidate}`)),
      notExists(client.select().from(streaming)),
      notExists(client.select().from(previous)),
      notExists(client.select().from(named)),
      notExists(client.select().from(next))
    )
  })
  const always = sql`true`
  return client
    .with(found, question, streaming, previous, named, next, known, begun)
    .select()
    .from(found)
    .leftJoin(question, always)
    .leftJoin(streaming, always)
    .leftJoin(previous, always)
    .leftJoin(named, always)
    .leftJoin(next, always)
    .leftJoin(known, always)
    .leftJoin(begun, always)
    .prepare("reply_begin_stored")
}
