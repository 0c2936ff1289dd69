import { byTrait, type Trait } from "@workspace/domain"
import { and, desc, eq, getTableColumns, lte, notExists, sql } from "drizzle-orm"
import type { Client } from "../client.ts"
import { messages, sessions, threads, traitEstimates } from "../schema.ts"
import { answersThrough, completionThrough } from "./session-progress.ts"
import { isVisible, sessionColumns, storedColumns } from "./session-statements.ts"
import { isOwnThread, nameSession } from "./thread-statements.ts"

const { placeholder } = sql

/**
 * All of one snapshot: nothing is locked, so the parent is as it was when the statement began, whatever is
 * appended, scored or deleted meanwhile. Of two runs for one fork at the same instant the second fails on its id, with all it did, and
 * finds the first's when it is run again.
 */
export const prepareFork = (client: Client) => {
  const forkedBefore = client.$with("forked_before").as(
    client
      .select(sessionColumns)
      .from(sessions)
      .where(
        and(
          eq(sessions.id, placeholder("id")),
          eq(sessions.parentId, placeholder("sessionId")),
          sql`(${placeholder("trusted")}::boolean or ${sessions.userId} is not distinct from ${placeholder("userId")}::text)`
        )
      )
  )
  const taken = client
    .$with("taken")
    .as(client.select({ sessionId: threads.sessionId }).from(threads).where(isOwnThread))
  const parent = client.$with("parent").as(
    client
      .select({
        ...getTableColumns(sessions),
        // Drizzle names a computed column without its table: none is called like a column of the table.
        point: sql<number>`coalesce(${placeholder("atSequence")}::integer, ${sessions.messageCount})`.as(
          "point"
        ),
        scoredPoint: sql<number>`least(${sessions.scoredThrough}, ${placeholder("atSequence")}::integer)`.as(
          "scored_point"
        )
      })
      .from(sessions)
      .where(isVisible)
  )
  const held = client.$with("held").as(
    client
      .select({ sequence: messages.sequence })
      .from(parent)
      .innerJoin(
        messages,
        and(
          eq(messages.sessionId, parent.id),
          eq(messages.id, placeholder("unlessMessage")),
          lte(messages.sequence, parent.point)
        )
      )
  )
  const estimate = client
    .select({ traits: traitEstimates.traits })
    .from(traitEstimates)
    .where(
      and(eq(traitEstimates.sessionId, parent.id), lte(traitEstimates.throughSequence, parent.scoredPoint))
    )
    .orderBy(desc(traitEstimates.throughSequence))
    .limit(1)
    .as("estimate")
  const precisionOf = (trait: Trait) =>
    sql<number>`coalesce((${estimate.traits} -> ${trait} ->> 'precision')::double precision, 0.5)`
      .inlineParams()
      .as(`forked_${trait}`)
  const forked = client.$with("forked").as(
    client
      .insert(sessions)
      .select(
        client
          .select({
            id: sql<string>`${placeholder("id")}::text`.as("forked_id"),
            userId: sql<string>`coalesce(${placeholder("userId")}::text, ${parent.userId})`.as(
              "forked_user_id"
            ),
            agent: sql<string>`coalesce(${placeholder("agent")}::text, ${parent.agent})`.as("forked_agent"),
            title: sql<string>`coalesce(${placeholder("title")}::text, ${parent.title})`.as("forked_title"),
            status: sql<"active">`'active'`.as("forked_status"),
            ...byTrait(precisionOf),
            scoredThrough: parent.scoredPoint,
            messageCount: parent.point,
            questionCount: answersThrough(parent.id, sql`${parent.point}`).as("forked_question_count"),
            questionsThrough: sql<number>`${parent.point}`.as("forked_questions_through"),
            completion: completionThrough(parent.id, sql`${parent.point}`).as("forked_completion"),
            agentSessionId: sql<string>`null::text`.as("forked_agent_session_id"),
            parentId: parent.id,
            forkedAt: sql<number>`${parent.point}`.as("forked_at_point"),
            metadata: parent.metadata,
            version: sql<number>`1`.as("forked_version"),
            createdAt: sql<Date>`${placeholder("now")}::timestamptz`.as("forked_created_at"),
            updatedAt: sql<Date>`greatest(${parent.updatedAt}, ${placeholder("now")}::timestamptz)`.as(
              "forked_updated_at"
            ),
            claimHash:
              sql<string>`case when ${placeholder("userId")}::text is null then ${parent.claimHash} end`.as(
                "forked_claim_hash"
              ),
            scoringUntil: sql<Date>`null::timestamptz`.as("forked_scoring_until"),
            scoringAttempts: sql<number>`0`.as("forked_scoring_attempts")
          })
          .from(parent)
          .leftJoinLateral(estimate, sql`true`)
          .where(
            and(
              sql`${parent.point} <= ${parent.messageCount}`,
              notExists(client.select({ id: forkedBefore.id }).from(forkedBefore)),
              notExists(client.select({ sessionId: taken.sessionId }).from(taken)),
              notExists(client.select({ sequence: held.sequence }).from(held))
            )
          )
      )
      .returning(storedColumns)
  )
  const copied = client.$with("copied").as(
    client
      .insert(messages)
      .select(
        client
          .select({ ...getTableColumns(messages), sessionId: forked.id })
          .from(forked)
          .innerJoin(
            messages,
            and(eq(messages.sessionId, placeholder("sessionId")), lte(messages.sequence, forked.messageCount))
          )
      )
      .returning({ sequence: messages.sequence })
  )
  const estimated = client.$with("estimated").as(
    client
      .insert(traitEstimates)
      .select(
        client
          .select({ ...getTableColumns(traitEstimates), sessionId: forked.id })
          .from(forked)
          .innerJoin(
            traitEstimates,
            and(
              eq(traitEstimates.sessionId, placeholder("sessionId")),
              lte(traitEstimates.throughSequence, forked.scoredThrough)
            )
          )
      )
      .returning({ throughSequence: traitEstimates.throughSequence })
  )
  const named = nameSession(client, forked, forked.createdAt)
  return client
    .with(forkedBefore, taken, parent, held, forked, copied, estimated, named)
    .select({
      forkedBefore: forkedBefore._.selectedFields,
      forked: forked._.selectedFields,
      taken: { sessionId: taken.sessionId },
      parent: { messageCount: parent.messageCount, point: parent.point },
      held: { sequence: held.sequence }
    })
    .from(sql`(select) as one`)
    .leftJoin(forkedBefore, sql`true`)
    .leftJoin(taken, sql`true`)
    .leftJoin(parent, sql`true`)
    .leftJoin(held, sql`true`)
    .leftJoin(forked, sql`true`)
    .prepare("session_fork")
}
