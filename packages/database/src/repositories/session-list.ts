import {
  Caller,
  SessionCursor,
  SessionId,
  type SessionQuery,
  type SessionRepository
} from "@workspace/domain"
import { type Context, DateTime, Effect, Predicate, Schema } from "effect"
import type { Database } from "../client.ts"
import { isoOf } from "./instant-texts.ts"
import { prepareRaw, readOut } from "./raw-statements.ts"
import { parametersOf } from "./session-filter.ts"
import { type Listed, listOf } from "./session-list-statements.ts"
import { asking } from "./session-statements.ts"
import { encodeSession, sessionTextOf } from "./session-texts.ts"

/** A search of common words takes long: at most so many at once in a process, and connections are left for all else. */
const searchesAtOnce = 2

/** Whether more is asked than whose sessions they are, which are forks, and which hold words. */
const isNarrowed = ({ cursor, limit, offset, parentId, q, ...filter }: SessionQuery) =>
  Object.values(filter).some(Predicate.isNotUndefined)

const nameOf = ({ forks, narrowed, own, searched }: Listed) =>
  `${forks ? "fork" : "session"}_${searched ? "search" : "list"}${narrowed ? "" : "_whole"}${own ? "" : "_all"}`

const encodeCursor = Schema.encodeSync(Schema.parseJson(Schema.NullOr(SessionCursor)))

const nothing = `{"sessions":[],"count":0,"nextCursor":null}`

/** The rows of a page, with one more where there is a next page, as a `SessionList`. */
const encodeList = (rows: ReadonlyArray<unknown>, limit: number): string => {
  const [first] = rows
  if (!Predicate.hasProperty(first, "count") || typeof first.count !== "number") {
    throw new TypeError("A list came without its count")
  }
  // Without a session the count has a row of its own.
  const isEmpty = Predicate.hasProperty(first, "id") && first.id === null
  const page = isEmpty ? [] : rows.slice(0, limit).map(sessionTextOf)
  const last = page.at(-1)
  const next =
    last === undefined || rows.length <= limit
      ? null
      : { updatedAt: DateTime.unsafeMake(isoOf(last.updatedAt)), id: SessionId.make(last.id) }
  return `{"sessions":[${page.map(encodeSession).join(",")}],"count":${first.count},"nextCursor":${encodeCursor(next)}}`
}

/** Pages of sessions out of PostgreSQL, without a detour by entities. */
export const make = (database: Context.Tag.Service<Database>) => {
  const { client, query } = database
  const statements = new Map<string, ReturnType<typeof prepareRaw>>()
  const statementOf = (listed: Listed) => {
    const name = nameOf(listed)
    const statement = statements.get(name) ?? prepareRaw(database, name, listOf(client, listed))
    statements.set(name, statement)
    return statement
  }

  const searching = Effect.unsafeMakeSemaphore(searchesAtOnce)

  const listText: SessionRepository["Type"]["listText"] = (caller, wanted) =>
    Effect.suspend(() => {
      if (Caller.$is("Anonymous")(caller)) return Effect.succeed(Buffer.from(nothing))
      const searched = wanted.q !== undefined
      const select = statementOf({
        own: Caller.$is("User")(caller),
        forks: wanted.parentId !== undefined,
        searched,
        narrowed: isNarrowed(wanted)
      })
      const read = Effect.orDie(query(() => select({ ...asking(caller), ...parametersOf(wanted) })))
      return Effect.map(searched ? searching.withPermits(1)(read) : read, (rows) =>
        Buffer.from(readOut(rows, (rows) => encodeList(rows, wanted.limit)))
      )
    })

  return { listText }
}
