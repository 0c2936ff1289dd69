import { and, desc, eq, exists, getTableColumns, gt, ne, notExists, sql } from "drizzle-orm"
import type { Client } from "../client.ts"
import { messages, replies } from "../schema.ts"
import { insertReply, isUpToDate, streamingIn } from "./reply-statements.ts"
import { isVisible, lockSession } from "./session-statements.ts"

const { placeholder } = sql

/** Another reply to the newest message of the user, if none is on its way; and otherwise why none began. */
export const prepareRegenerate = (client: Client) => {
  const found = lockSession(client, isVisible)
  const newest = client
    .select(getTableColumns(messages))
    .from(messages)
    .where(and(eq(messages.sessionId, found.id), eq(messages.role, "user")))
    .orderBy(desc(messages.sequence))
    .limit(1)
    .as("newest")
  // Lateral, and so read in the order of the index down to the first.
  const question = client
    .$with("question")
    .as(client.select(newest._.selectedFields).from(found).innerJoinLateral(newest, sql`true`))
  // What was being answered when the question came gets its answer after it.
  const isOfAnother = client
    .select({ id: replies.id })
    .from(replies)
    .where(
      and(
        eq(replies.sessionId, messages.sessionId),
        eq(replies.id, messages.id),
        ne(replies.questionId, question.id)
      )
    )
  const newestAnswer = client
    .select({ id: messages.id })
    .from(messages)
    .where(
      and(
        eq(messages.sessionId, question.sessionId),
        gt(messages.sequence, question.sequence),
        eq(messages.role, "assistant"),
        notExists(isOfAnother)
      )
    )
    .orderBy(desc(messages.sequence))
    .limit(1)
    .as("newest_answer")
  const answer = client
    .$with("answer")
    .as(client.select({ id: newestAnswer.id }).from(question).innerJoinLateral(newestAnswer, sql`true`))
  const newestReply = client
    .select({ id: replies.id })
    .from(replies)
    .where(and(eq(replies.sessionId, question.sessionId), eq(replies.questionId, question.id)))
    .orderBy(desc(replies.attempt))
    .limit(1)
  const streaming = streamingIn(client, found)
  const known = client.$with("known").as(
    client
      .select({
        isUpToDate: isUpToDate(client, found).as("is_up_to_date"),
        isMeant:
          sql<boolean>`coalesce(${placeholder("messageId")}::text in (${question.id}, ${answer.id}), ${placeholder("messageId")}::text is null)`.as(
            "is_meant"
          ),
        isNext:
          sql<boolean>`coalesce(${placeholder("after")}::text = (${newestReply}), ${placeholder("after")}::text is null)`.as(
            "is_next"
          )
      })
      .from(found)
      .innerJoin(question, sql`true`)
      .leftJoin(answer, sql`true`)
  )
  const begun = insertReply(client, question, {
    attempt: sql`(select coalesce(max(${replies.attempt}), 0) + 1 from ${replies}
      where ${replies.sessionId} = ${question.sessionId} and ${replies.questionId} = ${question.id})`,
    regenerates: sql`${client.select({ id: answer.id }).from(answer)}`,
    where: and(
      exists(client.select().from(found).where(eq(found.status, "active"))),
      exists(
        client.select().from(known).where(sql`${known.isUpToDate} and ${known.isMeant} and ${known.isNext}`)
      ),
      notExists(client.select().from(streaming))
    )
  })
  const always = sql`true`
  return client
    .with(found, question, answer, streaming, known, begun)
    .select()
    .from(found)
    .leftJoin(question, always)
    .leftJoin(streaming, always)
    .leftJoin(known, always)
    .leftJoin(begun, always)
    .prepare("reply_regenerate")
}
