import type { SessionId } from "@workspace/domain"
import { type AnyColumn, eq, getTableColumns, type SQL, sql, type WithSubquery } from "drizzle-orm"
import type { AnyPgColumn } from "drizzle-orm/pg-core"
import type { Client } from "../client.ts"
import { replies, sessions } from "../schema.ts"
import type { lockSession } from "./session-statements.ts"

const { placeholder } = sql

/** On which channel all processes tell each other which session has changed. */
export const signalChannel = "big_ocean_sessions"

/** Tells all who listen, when the statement commits. */
export const signal = (sessionId: AnyColumn | SQL.Aliased<SessionId>) =>
  sql<unknown>`pg_notify(${signalChannel}, ${sessionId})`.inlineParams().as("signalled")

const { attempt, endedAt, leaseUntil, ...columns } = getTableColumns(replies)
/** What a reply is made of. */
export const replyColumns = columns

/** The parameter `lease`, in ms, from now on by the database's clock. */
export const leased = sql`clock_timestamp() + ${placeholder("lease")}::double precision * interval '1 millisecond'`

export const isLeaseOver = sql<boolean>`${replies.leaseUntil} <= clock_timestamp()`

/** Spelled out: with a parameter a plan for any status could not use the index of those that are streaming. */
export const isStreaming = sql`${replies.status} = 'streaming'`

/** The reply that is on its way in a session, as the statement's snapshot has it. */
export const streamingIn = (client: Client, found: ReturnType<typeof lockSession>) =>
  client.$with("streaming").as(
    client
      .select({ id: replies.id, isOver: isLeaseOver.as("is_over") })
      .from(replies)
      .innerJoin(found, eq(replies.sessionId, found.id))
      .where(isStreaming)
  )

/**
 * Whether no message came while the statement waited for the session's row: those its snapshot does not have, and what
 * it finds in the history may be out of date.
 */
export const isUpToDate = (client: Client, found: ReturnType<typeof lockSession>) =>
  sql<boolean>`${found.messageCount} = ${client
    .select({ messageCount: sessions.messageCount })
    .from(sessions)
    .where(eq(sessions.id, placeholder("sessionId")))}`

/** Begins a reply to a message, if there is one, with the parameters `replyId`, `lease` and `now`. */
export const insertReply = (
  client: Client,
  question: WithSubquery & Readonly<Record<"sessionId" | "id" | "sequence", AnyPgColumn>>,
  {
    attempt,
    regenerates,
    where
  }: { readonly attempt: SQL; readonly regenerates: SQL; readonly where?: SQL | undefined }
) =>
  client.$with("begun").as(
    client
      .insert(replies)
      .select(
        client
          .select({
            sessionId: question.sessionId,
            id: sql`${placeholder("replyId")}::text`.as("begun_id"),
            questionId: question.id,
            questionSequence: question.sequence,
            regenerates: sql`${regenerates}::text`.as("begun_regenerates"),
            attempt: sql`${attempt}::integer`.as("begun_attempt"),
            status: sql`'streaming'`.as("begun_status"),
            chunkCount: sql`0`.as("begun_chunk_count"),
            messageSequence: sql`null::integer`.as("begun_message_sequence"),
            leaseUntil: leased.as("begun_lease_until"),
            createdAt: sql`${placeholder("now")}::timestamptz`.as("begun_created_at"),
            endedAt: sql`null::timestamptz`.as("begun_ended_at")
          })
          .from(question)
          .where(where)
      )
      .returning({ ...replyColumns, signalled: signal(replies.sessionId) })
  )
