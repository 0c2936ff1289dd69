import {
  type Caller,
  type ConversationText,
  type MessageShape,
  type Session,
  type SessionId,
  SessionNotFoundError,
  type SessionRepository
} from "@workspace/domain"
import { and, asc, eq, gt, sql } from "drizzle-orm"
import { type Context, Effect, Predicate, Schema } from "effect"
import type { Client, Database } from "../client.ts"
import { messages, sessions } from "../schema.ts"
import { type Known, makeCache } from "./conversation-cache.ts"
import { encodedMessages, messageTextColumns } from "./message-texts.ts"
import { prepareRaw, readOut } from "./raw-statements.ts"
import { isVisible, visibility } from "./session-statements.ts"
import { encodedSession, sessionJson } from "./session-texts.ts"

const { placeholder } = sql

/**
 * This very row: another one after each change of a session, and where it was removed and came back. With the time, which tells
 * apart what a server that lost its last commits gave the same transaction's number.
 */
const rowMark = sql<string>`concat_ws(' ', ${sessions}.xmin, ${sessions.updatedAt})`

/** A message as this very row. */
const messageMark = sql<string>`concat_ws(' ', ${messages}.xmin, ${messages}.created_at)`

const after = sql`${placeholder("after")}::integer`

const knownMessage = sql<string | null>`(select ${messageMark} from ${messages}
  where ${messages}.session_id = ${sessions}.id and ${messages}.sequence = ${after})`

/** A session once, with the first of its messages after a sequence or without any: all as of one moment. */
const conversation = (client: Client, shape: MessageShape) => {
  const session = client
    .select({
      id: sessions.id,
      session: sessionJson.as("session"),
      rowMark: rowMark.as("row_mark"),
      messageCount: sessions.messageCount,
      knownMark: sql`case when ${after} > 0 then ${knownMessage} end`.as("known_mark"),
      after: after.as("after")
    })
    .from(sessions)
    .where(isVisible)
    .as("found")
  const history = client
    .select({
      ...messageTextColumns[shape],
      mark: sql`case when ${messages}.sequence = found.message_count then ${messageMark} end`.as("mark")
    })
    .from(messages)
    .where(and(eq(messages.sessionId, session.id), gt(messages.sequence, after)))
    .orderBy(asc(messages.sequence))
    .as("history")
  return client
    .select({
      head: sql`case when coalesce(history.sequence, after + 1) = after + 1 then json_build_object(
        'session', ${session.session}, 'rowMark', ${session.rowMark}, 'knownMark', ${session.knownMark})::text end`.as(
        "head"
      ),
      history: sql`history.*`
    })
    .from(session)
    .leftJoinLateral(history, sql`true`)
}

const Marks = Schema.Struct({
  rowMark: Schema.String,
  knownMark: Schema.NullOr(Schema.String)
})
const isHead = Schema.is(Schema.Struct({ ...Marks.fields, session: Schema.Unknown }))

interface Head extends Schema.Schema.Type<typeof Marks> {
  readonly session: typeof Session.Encoded
}

const headOf = (row: unknown): Head => {
  const head: unknown =
    Predicate.hasProperty(row, "head") && typeof row.head === "string" ? JSON.parse(row.head) : undefined
  if (!isHead(head)) throw new TypeError("A conversation came without its session")
  return { ...head, session: encodedSession(head.session) }
}

const markOf = (row: unknown) =>
  Predicate.hasProperty(row, "mark") && typeof row.mark === "string" ? row.mark : null

const end = "]}"

const keyOf = (shape: MessageShape, sessionId: SessionId) => `${shape} ${sessionId}`

/**
 * Conversations out of PostgreSQL, without a detour by entities. Of those that were read last, and more than once, the bytes are
 * kept, and only what has come since is read: each call asks whether the session's row is still the same.
 */
export const make = (database: Context.Tag.Service<Database>, cacheBytes: number) => {
  const { client, query } = database
  const statements = {
    said: prepareRaw(database, "conversation_said", conversation(client, "said")),
    whole: prepareRaw(database, "conversation_whole", conversation(client, "whole"))
  } as const satisfies Record<MessageShape, unknown>
  const check = prepareRaw(
    database,
    "conversation_check",
    client
      .select({ rowMark: rowMark.as("row_mark") })
      .from(sessions)
      .where(isVisible)
  )
  const cache = cacheBytes < 4 ? undefined : makeCache(cacheBytes)

  const ask = (run: () => Promise<Array<unknown>>) => Effect.orDie(query(run))

  /** What is known with what has come since; undefined where it is of another conversation. */
  const knownOf = (
    sessionId: SessionId,
    head: Head,
    rows: ReadonlyArray<unknown>,
    shape: MessageShape,
    known: Known | undefined
  ): Known | undefined => {
    const { knownMark, rowMark, session } = head
    if (known !== undefined && known.lastMark !== knownMark) return undefined
    const lastMark = markOf(rows.at(-1)) ?? knownMark
    const { messageCount, version } = session
    const start = `{"session":${JSON.stringify(session)},"messages":[`
    const count = messageCount - (known?.version.messageCount ?? 0)
    const messages = count === 0 ? [] : encodedMessages(rows, sessionId, shape)
    const seen = known?.bytes.subarray(known.from, -end.length)
    const bytes =
      seen === undefined || seen.length === 0
        ? // In one piece: a long history would be copied with each piece that is put to it.
          Buffer.from(JSON.stringify({ session, messages }))
        : Buffer.concat([
            Buffer.from(start),
            seen,
            Buffer.from(`${count === 0 ? "" : ","}${JSON.stringify(messages).slice(1, -1)}${end}`)
          ])
    return { version: { messageCount, version }, rowMark, lastMark, from: Buffer.byteLength(start), bytes }
  }

  const read = (
    caller: Caller,
    sessionId: SessionId,
    shape: MessageShape,
    known: Known | undefined
  ): Effect.Effect<ConversationText, SessionNotFoundError> =>
    Effect.flatMap(
      ask(() =>
        statements[shape]({ ...visibility(caller, sessionId), after: known?.version.messageCount ?? 0 })
      ),
      (rows) => {
        if (rows.length === 0) return Effect.fail(new SessionNotFoundError({ sessionId }))
        const found = readOut(rows, (rows) => knownOf(sessionId, headOf(rows[0]), rows, shape, known))
        if (found === undefined) return read(caller, sessionId, shape, undefined)
        cache?.set(keyOf(shape, sessionId), found)
        return Effect.succeed(found)
      }
    )

  const loadText: SessionRepository["Type"]["loadText"] = (caller, sessionId, shape) =>
    Effect.suspend(() => {
      const known = cache?.get(keyOf(shape, sessionId))
      return known === undefined
        ? read(caller, sessionId, shape, undefined)
        : Effect.flatMap(
            ask(() => check(visibility(caller, sessionId))),
            ([now]) => {
              if (now === undefined) return Effect.fail(new SessionNotFoundError({ sessionId }))
              return Predicate.hasProperty(now, "row_mark") && now.row_mark === known.rowMark
                ? Effect.succeed(known)
                : read(caller, sessionId, shape, known)
            }
          )
    })

  return { loadText }
}
