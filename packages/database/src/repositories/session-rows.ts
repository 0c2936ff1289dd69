import {
  type ClaimHash,
  Estimate,
  Message,
  Reply,
  ReplyChunk,
  Session,
  Thread,
  UserId
} from "@workspace/domain"
import { Data, DateTime, Effect, identity, Option, ParseResult, Schema } from "effect"
import type { messages, replies, replyChunks, sessions, threads, traitEstimates } from "../schema.ts"

// A row is the entity with dates instead of ISO strings: the only place where the two shapes meet.
const SessionFields = Schema.Struct({
  ...Session.fields,
  userId: Schema.OptionFromNullOr(UserId),
  createdAt: Schema.DateTimeUtcFromDate,
  updatedAt: Schema.DateTimeUtcFromDate
})
const MessageFields = Schema.Struct({ ...Message.fields, createdAt: Schema.DateTimeUtcFromDate })
const { createdAt, metadata, sequence, sessionId } = MessageFields.fields
const PlaceFields = Schema.Struct({ sessionId, sequence, metadata, createdAt })
const ThreadFields = Schema.Struct({
  ...Thread.fields,
  createdAt: Schema.DateTimeUtcFromDate,
  updatedAt: Schema.DateTimeUtcFromDate
})
const ReplyFields = Schema.Struct({ ...Reply.fields, createdAt: Schema.DateTimeUtcFromDate })

export type SessionRow = Omit<
  typeof sessions.$inferSelect,
  "claimHash" | "questionsThrough" | "scoringUntil" | "scoringAttempts"
>

/** A row that its type refuses. It names the columns and not what they hold, so that it may be logged. */
class UnfitRowError extends Data.TaggedError("UnfitRowError")<{ readonly message: string }> {}

export const unfitRow = (table: string, columns: ReadonlyArray<string>) =>
  new UnfitRowError({ message: `A row of ${table} does not fit its type: ${columns.join(", ")}` })

const unfit = (table: string) => (error: ParseResult.ParseError) =>
  unfitRow(
    table,
    ParseResult.ArrayFormatter.formatErrorSync(error).map(({ path }) => path.join("."))
  )

/** Reads rows of a table. One that does not fit its type is a defect of ours, and never part of an answer. */
export const rowsOf = <Fields, Row, Entity>(
  table: string,
  schema: Schema.Schema<Fields, Row>,
  entityOf: (fields: Fields) => Entity
) => {
  const decode = Schema.decode(schema)
  return (row: Row): Effect.Effect<Entity> =>
    Effect.orDie(Effect.mapBoth(decode(row), { onFailure: unfit(table), onSuccess: entityOf }))
}

const sessionOf = rowsOf(
  "sessions",
  SessionFields,
  (fields) => new Session(fields, { disableValidation: true })
)

export const toSession = ({
  agreeableness,
  conscientiousness,
  extraversion,
  neuroticism,
  openness,
  ...row
}: SessionRow): Effect.Effect<Session> =>
  sessionOf({
    ...row,
    precision: { openness, conscientiousness, extraversion, agreeableness, neuroticism }
  })

export type MessageRow = typeof messages.$inferSelect

export const toMessage: (row: MessageRow) => Effect.Effect<Message> = rowsOf(
  "messages",
  MessageFields,
  (fields) => new Message(fields, { disableValidation: true })
)

/** What the store adds to a message that is given to it, and what it makes of the metadata. */
export type PlaceRow = Pick<MessageRow, "sessionId" | "sequence" | "metadata" | "createdAt">

const placeOf = rowsOf("messages", PlaceFields, identity)

/** A message that was stored as it was given. Field by field: to spread two objects takes longer than to check them. */
export const toPlaced = (
  { content, id, role }: Pick<Message, "id" | "role" | "content">,
  row: PlaceRow
): Effect.Effect<Message> =>
  Effect.map(
    placeOf(row),
    ({ createdAt, metadata, sequence, sessionId }) =>
      new Message(
        { id, sessionId, sequence, role, content, metadata, createdAt },
        { disableValidation: true }
      )
  )

export const toEstimate: (row: typeof traitEstimates.$inferSelect) => Effect.Effect<Estimate> = rowsOf(
  "trait_estimates",
  Estimate,
  identity
)

export const toThread: (row: Omit<typeof threads.$inferSelect, "owner">) => Effect.Effect<Thread> = rowsOf(
  "threads",
  ThreadFields,
  (fields) => new Thread(fields, { disableValidation: true })
)

export type ReplyRow = Omit<typeof replies.$inferSelect, "attempt" | "leaseUntil" | "endedAt">

export const toReply: (row: ReplyRow) => Effect.Effect<Reply> = rowsOf(
  "replies",
  ReplyFields,
  (fields) => new Reply(fields, { disableValidation: true })
)

export const toReplyChunk: (
  row: Pick<typeof replyChunks.$inferSelect, "index" | "parts">
) => Effect.Effect<ReplyChunk> = rowsOf("reply_chunks", ReplyChunk, identity)

export const fromSession = (
  { precision, ...session }: Session,
  claimHash: Option.Option<ClaimHash> = Option.none()
): typeof sessions.$inferInsert => ({
  ...session,
  ...precision,
  userId: Option.getOrNull(session.userId),
  title: Option.getOrNull(session.title),
  agentSessionId: Option.getOrNull(session.agentSessionId),
  parentId: Option.getOrNull(session.parentId),
  forkedAt: Option.getOrNull(session.forkedAt),
  createdAt: DateTime.toDateUtc(session.createdAt),
  updatedAt: DateTime.toDateUtc(session.updatedAt),
  claimHash: Option.getOrNull(claimHash),
  questionsThrough: session.messageCount,
  scoringAttempts: 0
})
