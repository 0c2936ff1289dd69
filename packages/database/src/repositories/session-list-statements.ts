import { maxPageSize } from "@workspace/domain"
import { type AnyColumn, and, desc, eq, inArray, type SQL, sql } from "drizzle-orm"
import { union } from "drizzle-orm/pg-core"
import type { Client } from "../client.ts"
import { messages, searchable, sessions } from "../schema.ts"
import { isOwn, isWanted } from "./session-filter.ts"
import { storedColumns } from "./session-statements.ts"
import { sessionTextColumns } from "./session-texts.ts"

const { placeholder } = sql

interface Dated {
  readonly updatedAt: AnyColumn
  readonly id: AnyColumn
}

// As one row, and in the index's order: so the page begins in the index where the last one ended.
const isAfterCursor = ({ id, updatedAt }: Dated) =>
  sql`(${updatedAt}, ${id}) < (${placeholder("lastUpdatedAt")}::timestamptz, ${placeholder("lastId")}::text)`

const newestFirst = ({ id, updatedAt }: Dated) => [desc(updatedAt), desc(id)]

/**
 * The sessions with a title, or a message, that holds the words: both from their indexes. As a subquery the words
 * are not known to the planner, which would read each message again for those that nearly all messages hold.
 */
const matching = (client: Client) => {
  // Words beside each other (`<->`) are only asked to be in the same text, and words to be absent only beside others
  // that are there: the index answers no more, and for more each text would be read and parsed again.
  const words = sql`(select case when querytree(words) = 'T' then ''::tsquery else words end
    from (select replace(websearch_to_tsquery('simple', ${placeholder("q")}::text)::text, '<->', '&')::tsquery as words) as asked)`
  return client.$with("matching").as(
    union(
      client
        .select({ id: sessions.id })
        .from(sessions)
        .where(sql`${searchable(sessions.title)} @@ ${words}`),
      client
        .select({ id: messages.sessionId })
        .from(messages)
        .where(sql`${searchable(messages.content)} @@ ${words}`)
    )
  )
}

/**
 * The forks of one session, in the place of all sessions. They are few, and found first, because they are asked
 * for twice: a plan that filters all sessions for any parameters would read the whole index of their times besides.
 */
const forksAlone = (client: Client) =>
  client.$with("sessions").as(
    client
      .select()
      .from(sessions)
      .where(eq(sessions.parentId, placeholder("parentId")))
  )

const count = sql<number>`count(*)::int`.as("count")

/**
 * Sessions in the order of their index, which is read as far as the page goes: nothing above it changes the order. What
 * a page holds at most is a number, beside the parameter. Without it a plan for any parameters would be one for a
 * tenth of all sessions, so dear that PostgreSQL would plan each call anew.
 */
const inOrder = (client: Client, where: SQL | undefined) => {
  const most = sql`${desc(sessions.id)} limit ${maxPageSize + 1}`.inlineParams()
  const nearest = client
    .select({ ...storedColumns, questionsThrough: sessions.questionsThrough })
    .from(sessions)
    .where(and(where, isAfterCursor(sessions)))
    .orderBy(desc(sessions.updatedAt), most)
    .offset(placeholder("offset"))
    // The columns of a text name their table.
    .as("sessions")
  return {
    with: [],
    total: client.select({ count }).from(sessions).where(where).as("total"),
    page: client.select(sessionTextColumns).from(nearest).limit(placeholder("limit")).as("page")
  }
}

/**
 * Sessions that hold the words. They are found once, for the count and the page, and by their index alone where no
 * filter asks for more; the rows are read of those on the page.
 */
const searched = (client: Client, where: SQL | undefined) => {
  const words = matching(client)
  const found = client.$with("found").as(
    client
      .select({ id: sessions.id, updatedAt: sessions.updatedAt })
      .from(sessions)
      .where(and(where, inArray(sessions.id, client.select({ id: words.id }).from(words))))
  )
  const part = client
    .select({ id: found.id })
    .from(found)
    .where(isAfterCursor(found))
    .orderBy(...newestFirst(found))
    .limit(placeholder("limit"))
    .offset(placeholder("offset"))
    .as("part")
  return {
    with: [words, found],
    total: client.select({ count }).from(found).as("total"),
    page: client
      .select(sessionTextColumns)
      .from(part)
      .innerJoin(sessions, eq(sessions.id, part.id))
      .orderBy(...newestFirst(sessions))
      .as("page")
  }
}

/** What a list is of. */
export interface Listed {
  /** The sessions of a user, or all. */
  readonly own: boolean
  /** The forks of a session, or all. */
  readonly forks: boolean
  /** Those that hold words, or all. */
  readonly searched: boolean
  /** Those that a filter wants, or all. A filter, also one that is not given, reads the row of each session that is counted. */
  readonly narrowed: boolean
}

/** A page in order, and beside each of its rows, or alone, the number of all that it is a page of: as of one moment. */
export const listOf = (client: Client, listed: Listed) => {
  const where = and(listed.own ? isOwn : undefined, listed.narrowed ? isWanted : undefined)
  const { page, total, with: found } = listed.searched ? searched(client, where) : inOrder(client, where)
  return client
    .with(...(listed.forks ? [forksAlone(client)] : []), ...found)
    .select({ count: total.count, page: sql`page.*` })
    .from(total)
    .leftJoinLateral(page, sql`true`)
}
