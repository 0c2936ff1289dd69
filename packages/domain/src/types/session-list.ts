import { DateTime, Order, ParseResult, Schema } from "effect"
import { SessionId } from "./ids.ts"
import { AgentName, Completion, Session, SessionStatus } from "./session.ts"
import { storableText } from "./text.ts"
import { Timestamp } from "./timestamp.ts"

/** A place in a list, newest first: after the session with this id, which was last changed at this instant. */
const Position = Schema.Struct({ updatedAt: Schema.typeSchema(Timestamp), id: Schema.typeSchema(SessionId) })

const parts = /^([0-9]{1,15})_([A-Za-z0-9_-]{1,64})$/

/**
 * Where a list goes on. Sessions that nobody touches between two pages are neither skipped nor repeated,
 * whatever happens to the others. For callers it is opaque.
 */
export const SessionCursor = Schema.transformOrFail(
  Schema.StringFromBase64Url.annotations({ message: () => "must be a cursor of an earlier page" }),
  Position,
  {
    strict: true,
    decode: (text, _, ast) => {
      const [, millis, id] = parts.exec(text) ?? []
      return millis === undefined || id === undefined
        ? ParseResult.fail(new ParseResult.Type(ast, text, "must be a cursor of an earlier page"))
        : ParseResult.succeed({ updatedAt: DateTime.unsafeMake(Number(millis)), id: SessionId.make(id) })
    },
    encode: ({ id, updatedAt }) => ParseResult.succeed(`${updatedAt.epochMillis}_${id}`)
  }
).annotations({
  identifier: "SessionCursor",
  message: () => "must be a cursor of an earlier page",
  jsonSchema: {
    type: "string",
    description: "Where an earlier page ended; opaque",
    examples: ["MTc2NzIyNTYwMDAwMF9zZXNzaW9uXzE3NjcyMjU2MDAwMDBfVjFTdEdYUjhfWjVqZEhpNkItbXlU"]
  }
})
export type SessionCursor = typeof SessionCursor.Type

/** An instant as a caller writes it: what JavaScript reads besides, like "1" or a time without a zone, is none. */
const instant = (description: string) =>
  Schema.optionalWith(
    Schema.String.pipe(
      Schema.pattern(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/, {
        message: () => "must be an instant with its zone, like 2026-01-31T12:00:00Z",
        jsonSchema: { format: "date-time", description, examples: ["2026-01-31T12:00:00Z"] }
      }),
      Schema.compose(Timestamp)
    ),
    { exact: true }
  )

const percent = (description: string) =>
  Schema.optionalWith(
    Schema.String.pipe(
      Schema.pattern(/^(?:100|[1-9]?\d)$/, {
        message: () => "must be a whole number from 0 to 100",
        jsonSchema: { type: "integer", minimum: 0, maximum: 100, description, examples: [50] }
      }),
      Schema.compose(Schema.compose(Schema.NumberFromString, Completion))
    ),
    { exact: true }
  )

/** What a list is narrowed to; ranges include their ends. */
export const SessionFilter = {
  status: Schema.optionalWith(SessionStatus, { exact: true }),
  agent: Schema.optionalWith(AgentName, { exact: true }),
  parentId: Schema.optionalWith(
    SessionId.annotations({ description: "Only forks of this session, which need not exist any more" }),
    { exact: true }
  ),
  productName: Schema.optionalWith(
    storableText(255).annotations({
      description: "`productName` of the session's metadata, exactly",
      examples: ["journal"]
    }),
    { exact: true }
  ),
  minCompletion: percent("Only sessions that have come this far, in percent, or farther"),
  maxCompletion: percent("Only sessions that have come this far, in percent, or less"),
  createdAfter: instant("Created at this instant or later"),
  createdBefore: instant("Created at this instant or earlier"),
  updatedAfter: instant("Last changed at this instant or later"),
  updatedBefore: instant("Last changed at this instant or earlier"),
  q: Schema.optionalWith(
    storableText(256).annotations({
      description:
        "Words that the title or one message holds, as PostgreSQL's `websearch_to_tsquery` reads them",
      examples: ["people -work"]
    }),
    { exact: true }
  )
}

/** How many sessions, or messages, one page holds at most. */
export const maxPageSize = 200

const Filter = Schema.Struct(SessionFilter)

export type SessionQuery = typeof Filter.Type & {
  readonly limit: number
  /** Where an earlier page ended. */
  readonly cursor?: SessionCursor
  /** How many sessions to pass over, for those who count pages; moves with whatever happens in between. */
  readonly offset?: number
}

/** What a list that is not the database's own knows of a session. */
type Listed = Pick<
  Session,
  "id" | "agent" | "status" | "productName" | "completion" | "createdAt" | "updatedAt"
>

const newestFirst: Order.Order<Pick<Session, "updatedAt" | "id">> = Order.reverse(
  Order.combine(
    Order.mapInput(DateTime.Order, ({ updatedAt }) => updatedAt),
    Order.mapInput(Order.string, ({ id }) => id)
  )
)

/** Whether a session is one of those that are wanted, but for the words and the parent. */
export const isWanted =
  (query: Omit<SessionQuery, "limit" | "q" | "parentId">) =>
  ({ agent, completion, createdAt, productName, status, updatedAt }: Listed): boolean => {
    const isWithin = (at: DateTime.Utc, minimum = at, maximum = at) =>
      DateTime.between(at, { minimum, maximum })
    return (
      status === (query.status ?? status) &&
      agent === (query.agent ?? agent) &&
      productName === (query.productName ?? productName) &&
      completion >= (query.minCompletion ?? completion) &&
      completion <= (query.maxCompletion ?? completion) &&
      isWithin(createdAt, query.createdAfter, query.createdBefore) &&
      isWithin(updatedAt, query.updatedAfter, query.updatedBefore)
    )
  }

/** One page of all that a filter has found, newest first. */
export const pageOf = <A extends Listed>(
  found: ReadonlyArray<A>,
  { cursor, limit, offset = 0 }: Pick<SessionQuery, "cursor" | "limit" | "offset">
) => {
  const rest = [...found]
    .sort(newestFirst)
    .filter((session) => cursor === undefined || newestFirst(cursor, session) === -1)
    .slice(offset)
  const sessions = rest.slice(0, limit)
  const last = sessions.at(-1)
  const nextCursor: SessionCursor | null =
    last === undefined || rest.length === sessions.length ? null : { updatedAt: last.updatedAt, id: last.id }
  return { sessions, count: found.length, nextCursor }
}

/** One page of a list, newest first. */
export class SessionList extends Schema.Class<SessionList>("SessionList")(
  {
    sessions: Schema.Array(Session),
    count: Schema.Number.pipe(
      Schema.int(),
      Schema.nonNegative({ description: "How many sessions the filter finds in all", examples: [1] })
    ),
    nextCursor: Schema.NullOr(SessionCursor).annotations({ description: "Null on the last page" })
  },
  { description: "One page of your sessions" }
) {}
