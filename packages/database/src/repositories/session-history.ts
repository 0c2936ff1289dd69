import {
  type Caller,
  Conversation,
  type Message,
  MessagePage,
  maxPageSize,
  type SessionId,
  SessionNotFoundError,
  type SessionRepository,
  type SessionVersion
} from "@workspace/domain"
import { asc, eq, sql } from "drizzle-orm"
import { type Context, Effect, Schema } from "effect"
import type { Client, Database } from "../client.ts"
import { messages, sessions } from "../schema.ts"
import { following, preceding } from "./message-ranges.ts"
import { prepareRaw } from "./raw-statements.ts"
import { type MessageRow, toMessage, toSession } from "./session-rows.ts"
import { isVisible, sessionColumns, visibility } from "./session-statements.ts"

const always = sql`true`

const chosen = (client: Client) => client.select().from(messages).$dynamic()

/**
 * Session and messages in one statement, and so of one snapshot. The history comes in the order of its index:
 * the lateral subquery is read once, for the one session, and nothing above it changes the order.
 */
const prepareStatements = (client: Client) => {
  const session = client.select(sessionColumns).from(sessions).where(isVisible).as("session")
  const counted = client
    .select({ id: sessions.id, messageCount: sessions.messageCount, version: sessions.version })
    .from(sessions)
    .where(isVisible)
    .as("session")
  const history = client
    .select()
    .from(messages)
    .where(eq(messages.sessionId, session.id))
    .orderBy(asc(messages.sequence))
    .as("history")
  return {
    load: client.select().from(session).leftJoinLateral(history, always).prepare("session_load"),
    unseen: client
      .select()
      .from(session)
      .leftJoinLateral(following(chosen(client), session.id).as("history"), always)
      .prepare("session_unseen"),
    pageAfter: client
      .select()
      .from(counted)
      .leftJoinLateral(following(chosen(client), counted.id).as("history"), always)
      .prepare("session_page_after"),
    pageBefore: client
      .select()
      .from(counted)
      .leftJoinLateral(preceding(chosen(client), counted.id).as("history"), always)
      .prepare("session_page_before")
  }
}

const isVersion = Schema.is(Schema.Struct({ version: Schema.Number, messageCount: Schema.Number }))

const versionOf = (row: unknown): SessionVersion => {
  if (isVersion(row)) return row
  throw new TypeError("A row of sessions does not fit its type")
}

const toMessages = Effect.fnUntraced(function* (
  rows: ReadonlyArray<{ readonly history: MessageRow | null }>
) {
  const read: Array<Message> = []
  for (const { history } of rows) {
    if (history !== null) read.push(yield* toMessage(history))
  }
  return read
})

/** Reads of one session and its messages. */
export const make = (database: Context.Tag.Service<Database>) => {
  const { client, query } = database
  const statements = prepareStatements(client)
  const selectVersion = prepareRaw(
    database,
    "session_version",
    client
      .select({
        version: sql`${sessions.version}`.as("version"),
        messageCount: sql`${sessions.messageCount}`.as("messageCount")
      })
      .from(sessions)
      .where(isVisible)
  )

  const load = Effect.fn("SessionRepositoryPg.load")(
    function* (caller: Caller, sessionId: SessionId) {
      const rows = yield* query(() => statements.load.execute(visibility(caller, sessionId)))
      const [first] = rows
      if (first === undefined) {
        return yield* new SessionNotFoundError({ sessionId })
      }
      const session = yield* toSession(first.session)
      return new Conversation({ session, messages: yield* toMessages(rows) }, { disableValidation: true })
    },
    Effect.catchTag("DatabaseError", Effect.die)
  )

  /** The session as it is, and what a caller who has seen its messages up to a sequence has not seen. */
  const unseen = Effect.fnUntraced(
    function* (caller: Caller, sessionId: SessionId, after: number) {
      const rows = yield* query(() =>
        statements.unseen.execute({ ...visibility(caller, sessionId), after, limit: maxPageSize })
      )
      const [first] = rows
      if (first === undefined) {
        return yield* new SessionNotFoundError({ sessionId })
      }
      return { session: yield* toSession(first.session), messages: yield* toMessages(rows) }
    },
    Effect.catchTag("DatabaseError", Effect.die)
  )

  const page: SessionRepository["Type"]["page"] = Effect.fn("SessionRepositoryPg.page")(
    function* (caller, sessionId, { after = 0, before, limit }) {
      const own = visibility(caller, sessionId)
      const rows = yield* query(async () =>
        before === undefined
          ? await statements.pageAfter.execute({ ...own, after, limit })
          : (await statements.pageBefore.execute({ ...own, after, before, limit })).reverse()
      )
      const [first] = rows
      if (first === undefined) {
        return yield* new SessionNotFoundError({ sessionId })
      }
      const { messageCount } = first.session
      return new MessagePage({ messages: yield* toMessages(rows), messageCount }, { disableValidation: true })
    },
    Effect.catchTag("DatabaseError", Effect.die)
  )

  const version: SessionRepository["Type"]["version"] = (caller, sessionId) =>
    Effect.flatMap(Effect.orDie(query(() => selectVersion(visibility(caller, sessionId)))), ([row]) =>
      row === undefined
        ? Effect.fail(new SessionNotFoundError({ sessionId }))
        : Effect.succeed(versionOf(row))
    )

  return { load, unseen, page, version }
}

export type SessionHistory = ReturnType<typeof make>
