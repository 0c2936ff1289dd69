import {
  isMessageId,
  Message,
  type MessageId,
  MessageRole,
  type MessageShape,
  type SessionId
} from "@workspace/domain"
import { sql } from "drizzle-orm"
import { Predicate, Schema, Struct } from "effect"
import { messages } from "../schema.ts"
import { instantText, isInstantText, isoOf } from "./instant-texts.ts"
import { unfitRow } from "./session-rows.ts"

const columns = {
  id: sql<string>`${messages.id}`.as("id"),
  sequence: sql<number>`${messages.sequence}`.as("sequence"),
  role: sql<string>`${messages.role}`.as("role"),
  content: sql<string>`${messages.content}`.as("content"),
  createdAt: instantText(messages.createdAt).as("createdAt")
}

/** The columns that messages of a shape are written from. */
export const messageTextColumns = {
  said: columns,
  whole: { ...columns, metadata: sql<string>`${messages.metadata}::text`.as("metadata") }
} as const satisfies Record<MessageShape, object>

const roles: ReadonlySet<unknown> = new Set(MessageRole.literals)

/** What a column holds that fits, of which the table's constraints promise the rest. */
const fits = {
  id: isMessageId,
  sequence: Predicate.isNumber,
  role: (value: unknown): value is MessageRole => roles.has(value),
  content: Predicate.isString,
  createdAt: isInstantText
} as const

/** A message as the driver reads it. */
interface MessageText {
  readonly id: MessageId
  readonly sequence: number
  readonly role: MessageRole
  readonly content: string
  /** As `instantText` gives it. */
  readonly createdAt: string
  /** Where the shape has it. */
  readonly metadata?: unknown
}

const isMessageText = (
  row: Readonly<Record<string, unknown>>
): row is Record<string, unknown> & MessageText =>
  fits.id(row["id"]) &&
  fits.sequence(row["sequence"]) &&
  fits.role(row["role"]) &&
  fits.content(row["content"]) &&
  fits.createdAt(row["createdAt"])

const messageTextOf = (row: unknown): MessageText => {
  const columns = Predicate.isRecord(row) ? row : {}
  if (isMessageText(columns)) return columns
  const unfit = Struct.entries(fits).flatMap(([name, isFit]) => (isFit(columns[name]) ? [] : [name]))
  throw unfitRow("messages", unfit)
}

const isMetadata = Schema.is(Message.fields.metadata)

/** All that is refused is in such a text: many digits, many levels, or that key. To look at each value takes longer. */
const mayBeUnfit = (text: string) =>
  text.length > 256 || text.includes("__proto__") || text.split(/[[{]/, 18).length > 17

const empty = {}

const metadataOf = ({ metadata }: MessageText) => {
  if (metadata === "{}") return empty
  const value: unknown = typeof metadata === "string" ? JSON.parse(metadata) : undefined
  if (Predicate.isRecord(value) && (!mayBeUnfit(`${metadata}`) || isMetadata(value))) return value
  throw unfitRow("messages", ["metadata"])
}

const encoders = {
  said: ({ content, createdAt, id, role, sequence }: MessageText) => ({
    id,
    role,
    content,
    createdAt: isoOf(createdAt),
    sequence
  }),
  whole: (row: MessageText, sessionId: SessionId) => ({
    id: row.id,
    sessionId,
    sequence: row.sequence,
    role: row.role,
    content: row.content,
    metadata: metadataOf(row),
    createdAt: isoOf(row.createdAt)
  })
} as const satisfies Record<MessageShape, unknown>

/** Messages of a session as they are sent. Throws where a row does not fit. */
export const encodedMessages = (
  rows: ReadonlyArray<unknown>,
  sessionId: SessionId,
  shape: MessageShape
): ReadonlyArray<object> => {
  const encode = encoders[shape]
  return rows.map((row) => encode(messageTextOf(row), sessionId))
}
