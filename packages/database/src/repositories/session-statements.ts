import type { Caller as AnyCaller, SessionId } from "@workspace/domain"
import { Caller } from "@workspace/domain"
import { type AnyColumn, and, eq, getTableColumns, isNull, or, type SQL, sql } from "drizzle-orm"
import type { Client } from "../client.ts"
import { sessions } from "../schema.ts"
import { answersCounted, completionReached } from "./session-progress.ts"

const { placeholder } = sql

const { claimHash, questionsThrough, scoringAttempts, scoringUntil, ...columns } = getTableColumns(sessions)
/**
 * What is stored of a session: of one that the statement itself makes, all is counted. The hash of its claim token and
 * its lease are compared in the database and never read.
 */
export const storedColumns = columns

/** What a session is made of. Drizzle names a computed column without its table: at most once in a statement. */
export const sessionColumns = {
  ...columns,
  questionCount: answersCounted.as("session_question_count"),
  completion: completionReached.as("session_completion")
}

/** Whether the caller, `userId` (null for no user) and `trusted`, may see what this owner has. */
export const isSeenOf = (owner: AnyColumn) =>
  or(isNull(owner), sql`${owner} = ${placeholder("userId")}::text`, sql`${placeholder("trusted")}::boolean`)

/** Whether the caller may see a session. */
export const isSeen = isSeenOf(sessions.userId)

/** Every statement on a session names who asks: `sessionId`, and what `isSeen` takes. */
export const isVisible = and(eq(sessions.id, placeholder("sessionId")), isSeen)

/** What the steps of a statement know of a session that it locks. */
export const lockedColumns = {
  id: sessions.id,
  status: sessions.status,
  messageCount: sessions.messageCount,
  questionCount: sessions.questionCount,
  questionsThrough: sessions.questionsThrough
}

/** A session with its row locked. FOR NO KEY UPDATE suffices, and does not hold up foreign-key checks. */
export const lockSession = (client: Client, isMeant: SQL | undefined) =>
  client.$with("found").as(client.select(lockedColumns).from(sessions).where(isMeant).for("no key update"))

/** The parameters of `isSeen`. */
export const asking = (caller: AnyCaller) => ({
  userId: Caller.$is("User")(caller) ? caller.userId : null,
  trusted: Caller.$is("Trusted")(caller)
})

/** The parameters of `isVisible`. */
export const visibility = (caller: AnyCaller, sessionId: SessionId) => ({ sessionId, ...asking(caller) })

export const nextVersion = sql`${sessions.version} + 1`

/** An instant, unless the session is later than that. */
export const changedBy = (now: SQL) => sql`greatest(${sessions.updatedAt}, ${now}::timestamptz)`

/** The parameter `now`, unless the session is later than that. */
export const changedAt = changedBy(sql`${placeholder("now")}`)
