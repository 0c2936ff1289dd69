import { Caller, SessionList, type SessionQuery, type SessionRepository } from "@workspace/domain"
import { and, desc, eq, inArray, sql } from "drizzle-orm"
import { union } from "drizzle-orm/pg-core"
import { Array, type Context, DateTime, Effect, Option } from "effect"
import type { Client, Database } from "../client.ts"
import { messages, searchable, sessions } from "../schema.ts"
import { completionReached } from "./session-progress.ts"
import { toSession } from "./session-rows.ts"
import { sessionColumns } from "./session-statements.ts"

const { placeholder } = sql

// Planned for its parameters, a filter that is not given leaves nothing in the plan. As `status = coalesce($1, status)` it would seem to find one
// session in 200, and for a user with most sessions the planner would sort all of them instead of reading a page.
export const isWanted = and(
  sql`(${placeholder("status")}::text is null or ${sessions.status} = ${placeholder("status")}::text)`,
  sql`(${placeholder("agent")}::text is null or ${sessions.agent} = ${placeholder("agent")}::text)`,
  sql`(${placeholder("productName")}::text is null or ${sessions.metadata} -> 'productName' = to_jsonb(${placeholder("productName")}::text))`,
  sql`(${placeholder("minCompletion")}::integer is null or ${completionReached} >= ${placeholder("minCompletion")}::integer)`,
  sql`(${placeholder("maxCompletion")}::integer is null or ${completionReached} <= ${placeholder("maxCompletion")}::integer)`,
  sql`${sessions.createdAt} between ${placeholder("createdAfter")}::timestamptz and ${placeholder("createdBefore")}::timestamptz`,
  sql`${sessions.updatedAt} between ${placeholder("updatedAfter")}::timestamptz and ${placeholder("updatedBefore")}::timestamptz`
)

export const isOwn = eq(sessions.userId, placeholder("userId"))

// As one row, and in the index's order: so the page begins in the index where the last one ended.
const isAfterCursor = sql`(${sessions.updatedAt}, ${sessions.id}) < (${placeholder("lastUpdatedAt")}::timestamptz, ${placeholder("lastId")}::text)`

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

/**
 * A page and the number of all that it is a page of, as of one moment. The page comes in the order of its
 * index: it is read once, for the one row of the count, and nothing above it changes the order.
 */
const prepareList = (
  client: Client,
  name: string,
  options: { readonly own: boolean; readonly q: boolean; readonly forks: boolean }
) => {
  const found = matching(client)
  const where = and(
    options.own ? isOwn : undefined,
    isWanted,
    options.q ? inArray(sessions.id, client.select({ id: found.id }).from(found)) : undefined
  )
  const total = client
    .select({ count: sql<number>`count(*)::int`.as("count") })
    .from(sessions)
    .where(where)
    .as("total")
  const page = client
    .select(sessionColumns)
    .from(sessions)
    .where(and(where, isAfterCursor))
    .orderBy(desc(sessions.updatedAt), desc(sessions.id))
    .limit(placeholder("limit"))
    .offset(placeholder("offset"))
    .as("page")
  return client
    .with(...(options.forks ? [forksAlone(client)] : []), ...(options.q ? [found] : []))
    .select()
    .from(total)
    .leftJoinLateral(page, sql`true`)
    .prepare(name)
}

const prepareLists = (client: Client, of: string, forks: boolean) => ({
  own: prepareList(client, `${of}_list`, { own: true, q: false, forks }),
  ownWith: prepareList(client, `${of}_search`, { own: true, q: true, forks }),
  all: prepareList(client, `${of}_list_all`, { own: false, q: false, forks }),
  allWith: prepareList(client, `${of}_search_all`, { own: false, q: true, forks })
})

/**
 * What is left for `websearch_to_tsquery` of a search for the words of `searchable`: quotes, and a hyphen
 * before a word, which excludes it.
 */
const wordsOf = (q: string) => q.replaceAll(/[!#-,./:-@[-`{-~]|(?<=[^\s"])-/g, " ")

/** A search of common words takes long: at most so many at once in a process, and connections are left for all else. */
const searchesAtOnce = 2

const instant = (limit: "-infinity" | "infinity", at: DateTime.Utc | undefined) =>
  at === undefined ? limit : DateTime.formatIso(at)

/** The parameters of `isWanted`, of a page and of a search. */
export const parametersOf = ({ cursor, limit, offset = 0, ...filter }: SessionQuery) => ({
  status: filter.status ?? null,
  agent: filter.agent ?? null,
  parentId: filter.parentId ?? null,
  productName: filter.productName ?? null,
  minCompletion: filter.minCompletion ?? null,
  maxCompletion: filter.maxCompletion ?? null,
  createdAfter: instant("-infinity", filter.createdAfter),
  createdBefore: instant("infinity", filter.createdBefore),
  updatedAfter: instant("-infinity", filter.updatedAfter),
  updatedBefore: instant("infinity", filter.updatedBefore),
  q: filter.q === undefined ? null : wordsOf(filter.q),
  lastUpdatedAt: instant("infinity", cursor?.updatedAt),
  lastId: cursor?.id ?? "",
  // One more, which tells whether there is a next page.
  limit: limit + 1,
  offset
})

export const make = ({ client, query }: Context.Tag.Service<Database>) => {
  const sessionLists = prepareLists(client, "session", false)
  const forkLists = prepareLists(client, "fork", true)

  const searching = Effect.unsafeMakeSemaphore(searchesAtOnce)

  const list: SessionRepository["Type"]["list"] = Effect.fn("SessionRepositoryPg.list")(function* (
    caller,
    wanted
  ) {
    if (Caller.$is("Anonymous")(caller)) {
      return new SessionList({ sessions: [], count: 0, nextCursor: null })
    }
    const searches = wanted.q !== undefined
    const statements = wanted.parentId === undefined ? sessionLists : forkLists
    const parameters = parametersOf(wanted)
    const read = query(() =>
      Caller.$is("User")(caller)
        ? statements[searches ? "ownWith" : "own"].execute({ ...parameters, userId: caller.userId })
        : statements[searches ? "allWith" : "all"].execute(parameters)
    )
    const rows = yield* searches ? searching.withPermits(1)(read) : read
    const count = rows[0]?.total.count ?? 0
    const found = Array.filterMap(rows, ({ page }) => Option.fromNullable(page))
    const sessions = yield* Effect.forEach(found.slice(0, wanted.limit), toSession)
    const last = sessions.at(-1)
    return new SessionList(
      { sessions, count, nextCursor: last === undefined || found.length <= wanted.limit ? null : last },
      { disableValidation: true }
    )
  }, Effect.orDie)

  return { list }
}
