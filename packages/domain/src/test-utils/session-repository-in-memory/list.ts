import { Option } from "effect"
import { Caller } from "../../types/caller.ts"
import type { Session } from "../../types/session.ts"
import { isWanted, pageOf, SessionList, type SessionQuery } from "../../types/session-list.ts"
import type { Kept } from "./store.ts"

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
  const isOneOf = isWanted(query)
  return (kept: Kept) =>
    isOneOf(kept.session) &&
    (query.parentId === undefined || Option.contains(kept.session.parentId, query.parentId)) &&
    holdsWords(kept)
}

export const list = (caller: Caller, query: SessionQuery) => (all: Iterable<Kept>) => {
  const found = [...all]
    .filter((kept) => isOwn(caller, kept.session))
    .filter(isFound(query))
    .map(({ session }) => session)
  return new SessionList(pageOf(found, query))
}
