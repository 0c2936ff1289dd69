import { and, asc, eq, getTableColumns, gt, lte, type SQL, sql } from "drizzle-orm"
import type { Client } from "../client.ts"
import { messages, sessions, traitEstimates } from "../schema.ts"
import { isWanted } from "./session-filter.ts"
import { isVisible, sessionColumns, storedColumns } from "./session-statements.ts"

const { placeholder } = sql
const always = sql`true`

/** Of a page of messages: at most so many, and the last of them begins within so many bytes of text. */
const messagesAtOnce = { count: 200, bytes: 1_048_576 }

/** How many estimates one page has at most; each is some kilobytes. */
export const estimatesAtOnce = 200

export const idsAtOnce = 1_000

/** One row while the session is there for the caller, whatever a page of it holds. */
const visibleSession = (client: Client) =>
  client.select({ id: sessions.id }).from(sessions).where(isVisible).as("session")

/** Of those after `after` and up to `through`, the first. How long a text is, is known without reading it. */
const prepareMessages = (client: Client) => {
  const session = visibleSession(client)
  const sized = client
    .select({
      ...getTableColumns(messages),
      bytesBefore: sql<number>`sum(octet_length(${messages.content})) over (order by ${messages.sequence})
        - octet_length(${messages.content})`.as("bytes_before")
    })
    .from(messages)
    .where(
      and(
        eq(messages.sessionId, session.id),
        gt(messages.sequence, placeholder("after")),
        lte(messages.sequence, placeholder("through"))
      )
    )
    .orderBy(asc(messages.sequence))
    .limit(messagesAtOnce.count)
    .as("sized")
  const { bytesBefore, ...columns } = sized._.selectedFields
  const page = client
    .select(columns)
    .from(sized)
    .where(sql`${bytesBefore} < ${messagesAtOnce.bytes}`.inlineParams())
    .orderBy(asc(sized.sequence))
    .as("page")
  return client.select().from(session).leftJoinLateral(page, always).prepare("archive_messages")
}

const prepareEstimates = (client: Client) => {
  const session = visibleSession(client)
  const page = client
    .select()
    .from(traitEstimates)
    .where(
      and(
        eq(traitEstimates.sessionId, session.id),
        gt(traitEstimates.throughSequence, placeholder("after")),
        lte(traitEstimates.throughSequence, placeholder("through"))
      )
    )
    .orderBy(asc(traitEstimates.throughSequence))
    .limit(estimatesAtOnce)
    .as("page")
  return client.select().from(session).leftJoinLateral(page, always).prepare("archive_estimates")
}

/** Not prepared, and so planned for each caller: one may have most of all sessions and another one of them. */
export const selectIds = (client: Client, whose: SQL | undefined) =>
  client
    .select({ id: sessions.id })
    .from(sessions)
    .where(and(whose, isWanted, gt(sessions.id, placeholder("lastId"))))
    .orderBy(asc(sessions.id))
    .limit(idsAtOnce)

/** The reads of sessions, page by page. */
export const prepareReads = (client: Client) => ({
  session: client.select(sessionColumns).from(sessions).where(isVisible).prepare("archive_session"),
  messages: prepareMessages(client),
  estimates: prepareEstimates(client)
})

/** Nothing where there is a session of this id, also if somebody else is just making it. */
export const insertSession = (client: Client, row: typeof sessions.$inferInsert) =>
  client.insert(sessions).values(row).onConflictDoNothing().returning(storedColumns)

/** One parameter for many rows: thousands of parameters take longer to write and to read. */
export const insertMessages = (client: Client) =>
  client
    .insert(messages)
    .select(
      client
        .select({
          sessionId: sql<string>`${placeholder("sessionId")}::text`.as("session_id"),
          sequence: sql<number>`given.sequence`.as("sequence"),
          id: sql<string>`given.id`.as("id"),
          role: sql<"user">`given.role`.as("role"),
          content: sql<string>`given.content`.as("content"),
          metadata: sql<object>`given.metadata`.as("metadata"),
          createdAt: sql<Date>`given."createdAt"`.as("created_at")
        })
        .from(
          sql`jsonb_to_recordset(${placeholder("messages")}::jsonb) as given(sequence integer, id text, role text, content text, metadata jsonb, "createdAt" timestamptz)`
        )
    )
    .prepare("archive_insert_messages")

export const insertEstimates = (client: Client) =>
  client
    .insert(traitEstimates)
    .select(
      client
        .select({
          sessionId: sql<string>`${placeholder("sessionId")}::text`.as("session_id"),
          throughSequence: sql<number>`given."throughSequence"`.as("through_sequence"),
          traits: sql<object>`given.traits`.as("traits")
        })
        .from(
          sql`jsonb_to_recordset(${placeholder("estimates")}::jsonb) as given("throughSequence" integer, traits jsonb)`
        )
    )
    .prepare("archive_insert_estimates")
