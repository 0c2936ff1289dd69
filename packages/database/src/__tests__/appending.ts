import { MessageContent, MessageId, SessionId, SessionRepository, UnavailableError } from "@workspace/domain"
import { asNobody, createTestSession } from "@workspace/domain/test-utils"
import { sql } from "drizzle-orm"
import { Array, Cause, DateTime, Effect, Exit, Option } from "effect"
import { Database } from "../client.ts"
import { messages } from "../schema.ts"
import { heldTransaction, inTheQueue } from "./locked-session.ts"
import { eventually } from "./observe.ts"

export const now = DateTime.unsafeMake(0)

let made = 0

/** New sessions of nobody. */
export const someSessions = Effect.fnUntraced(function* (count: number) {
  const { create } = yield* SessionRepository
  const name = `session_0_appends-${++made}`
  const ids = Array.makeBy(count, (n) => SessionId.make(`${name}-${n}`))
  yield* Effect.forEach(ids, (id) => create(createTestSession({ id }), Option.none()))
  return ids
})

export const message = (sessionId: SessionId, id: string) => ({
  id: MessageId.make(id),
  sessionId,
  role: "user" as const,
  content: MessageContent.make(`text of ${id}`),
  metadata: {}
})

export const append = Effect.fnUntraced(function* (sessionId: SessionId, id: string) {
  const repository = yield* SessionRepository
  return yield* repository.append(asNobody, message(sessionId, id), { now })
})

/** How many commits have stored these sessions' messages. */
export const commits = (ids: ReadonlyArray<SessionId>) =>
  Effect.flatMap(Database, ({ client, query }) =>
    query(() =>
      client
        .select({ count: sql<number>`count(distinct xmin::text)::int` })
        .from(messages)
        .where(sql`session_id = any(${sql.param([...ids])}::text[])`)
    )
  ).pipe(Effect.map((rows) => rows[0]?.count))

/** Nobody can store a message until it is over. */
export const heldSessions = heldTransaction((held) =>
  held.execute(sql`lock table sessions in exclusive mode`)
)

export const areInTheQueue = (count: number) =>
  eventually(Effect.map(inTheQueue, (waiting) => waiting === count))

export const isUnavailable = (exit: Exit.Exit<unknown, unknown>) =>
  Exit.isFailure(exit) && Cause.squash(exit.cause) instanceof UnavailableError
