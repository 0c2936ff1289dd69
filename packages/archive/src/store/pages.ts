import { type Caller, type SavedSession, SavedSessionList, type SavedSessionQuery } from "@workspace/domain"
import { DateTime, Either, Order } from "effect"
import { isListed } from "./owner.ts"
import type { Entry } from "./saved-index.ts"

type Position = Pick<SavedSession, "updatedAt"> & { readonly id: string }

const positionOf = ({ sessionId, updatedAt }: SavedSession): Position => ({ updatedAt, id: sessionId })

/** As the sessions themselves are listed. */
const newestFirst: Order.Order<Position> = Order.reverse(
  Order.combine(
    Order.mapInput(Order.number, ({ updatedAt }: Position) => updatedAt.epochMillis),
    Order.mapInput(Order.string, ({ id }: Position) => id)
  )
)

const isFound = (query: SavedSessionQuery) => (saved: SavedSession) => {
  const { agent, completion, createdAt, productName, status, updatedAt } = saved
  const isWithin = (at: DateTime.Utc, minimum = at, maximum = at) =>
    DateTime.between(at, { minimum, maximum })
  return (
    status === (query.status ?? status) &&
    agent === (query.agent ?? agent) &&
    productName === (query.productName ?? productName) &&
    completion >= (query.minCompletion ?? 0) &&
    completion <= (query.maxCompletion ?? 100) &&
    isWithin(createdAt, query.createdAfter, query.createdBefore) &&
    isWithin(updatedAt, query.updatedAfter, query.updatedBefore)
  )
}

/** One page of what this caller's list holds. */
export const pageOf = (
  caller: Caller,
  query: SavedSessionQuery,
  entries: ReadonlyArray<Entry>
): SavedSessionList => {
  const { cursor, limit, offset = 0 } = query
  const found = entries
    .filter(({ savedFor }) => isListed(caller, savedFor))
    .flatMap(({ saved }) => (Either.isRight(saved) ? [saved.right] : []))
    .filter(isFound(query))
    .map((saved) => ({ ...positionOf(saved), saved }))
    .sort(newestFirst)
  const rest = found
    .filter((place) => cursor === undefined || newestFirst(cursor, place) === -1)
    .slice(offset)
  const page = rest.slice(0, limit)
  const last = page.at(-1)
  return new SavedSessionList({
    sessions: page.map(({ saved }) => saved),
    count: found.length,
    nextCursor:
      last === undefined || rest.length === page.length
        ? null
        : { updatedAt: last.updatedAt, id: last.saved.sessionId }
  })
}
