import { DateTime, Option, Order } from "effect"
import { Caller } from "../../types/caller.ts"
import type { Session } from "../../types/session.ts"
import { SessionList, type SessionQuery } from "../../types/session-list.ts"
import type { Kept } from "./store.ts"

type Position = Pick<Session, "updatedAt" | "id">

const newestFirst: Order.Order<Position> = Order.reverse(
  Order.combine(
    Order.mapInput(DateTime.Order, ({ updatedAt }: Position) => updatedAt),
    Order.mapInput(Order.string, ({ id }: Position) => id)
  )
)

const wordsOf = (text: string): ReadonlyArray<string> => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []

/** Whether the title or one message has all the words. Of PostgreSQL's search it knows no more than that. */
const holds = (q: string) => {
  const wanted = wordsOf(q)
  return ({ messages, session }: Kept) =>
    wanted.length > 0 &&
    [...Option.toArray(session.title), ...messages.map(({ content }) => content)].some((text) => {
      const words = new Set(wordsOf(text))
      return wanted.every((word) => words.has(word))
    })
}

export const isOwn = (caller: Caller, { userId }: Session) =>
  Caller.$match(caller, {
    Anonymous: () => false,
    Trusted: () => true,
    User: (user) => Option.contains(userId, user.userId)
  })

export const isFound = (query: Omit<SessionQuery, "limit">) => {
  const holdsWords = query.q === undefined ? () => true : holds(query.q)
  return (kept: Kept) => {
    const { agent, completion, createdAt, metadata, status, updatedAt } = kept.session
    const {
      agent: wantedAgent = agent,
      createdAfter = createdAt,
      createdBefore = createdAt,
      maxCompletion = completion,
      minCompletion = completion,
      status: wantedStatus = status,
      updatedAfter = updatedAt,
      updatedBefore = updatedAt
    } = query
    return (
      status === wantedStatus &&
      agent === wantedAgent &&
      DateTime.between(createdAt, { minimum: createdAfter, maximum: createdBefore }) &&
      DateTime.between(updatedAt, { minimum: updatedAfter, maximum: updatedBefore }) &&
      minCompletion <= completion &&
      completion <= maxCompletion &&
      (query.productName === undefined || metadata["productName"] === query.productName) &&
      (query.parentId === undefined || Option.contains(kept.session.parentId, query.parentId)) &&
      holdsWords(kept)
    )
  }
}

export const list = (caller: Caller, query: SessionQuery) => (all: Iterable<Kept>) => {
  const { cursor, limit, offset = 0 } = query
  const found = [...all]
    .filter((kept) => isOwn(caller, kept.session))
    .filter(isFound(query))
    .map(({ session }) => session)
    .sort(newestFirst)
  const rest = found
    .filter((session) => cursor === undefined || newestFirst(cursor, session) === -1)
    .slice(offset)
  const sessions = rest.slice(0, limit)
  const last = sessions.at(-1)
  return new SessionList({
    sessions,
    count: found.length,
    nextCursor: last === undefined || rest.length === sessions.length ? null : last
  })
}
