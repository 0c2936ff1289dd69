import type { SessionRepository } from "@workspace/domain"
import { InvalidSessionStateError, SequenceConflictError, SessionNotFoundError } from "@workspace/domain"
import { and, eq, getTableColumns, sql } from "drizzle-orm"
import { type Context, DateTime, Effect } from "effect"
import type { Client, Database } from "../client.ts"
import { messages, sessions } from "../schema.ts"
import { appendMessage } from "./message-insert.ts"
import { orAgain } from "./or-again.ts"
import type { SessionAppends } from "./session-appends.ts"
import type { SessionHistory } from "./session-history.ts"
import { toMessage, toPlaced } from "./session-rows.ts"
import { asking, isVisible } from "./session-statements.ts"

const { placeholder } = sql

/**
 * A message gets the next sequence under the lock of its session's row, in one statement. Two copies of one
 * message at the same instant do not see each other: the second fails on the unique message id, with all it
 * did, and finds the first when it is run again.
 */
const prepareAppend = (client: Client) => {
  const { counted, duplicate, found, inserted, looked } = appendMessage(
    client,
    ({ messageCount }) =>
      sql`${messageCount} = coalesce(${placeholder("expectedSequence")}::integer, ${messageCount})`
  )
  const { createdAt, metadata, sequence, sessionId } = inserted
  return client
    .with(found, duplicate, looked, counted, inserted)
    .select({ status: found.status, place: { sessionId, sequence, metadata, createdAt } })
    .from(found)
    .leftJoin(inserted, sql`true`)
    .prepare("session_append")
}

const prepareFind = (client: Client) =>
  client
    .select(getTableColumns(messages))
    .from(messages)
    .innerJoin(sessions, eq(sessions.id, messages.sessionId))
    .where(and(isVisible, eq(messages.id, placeholder("id"))))
    .prepare("message_find")

export const make = (
  { client, query }: Context.Tag.Service<Database>,
  unseen: SessionHistory["unseen"],
  appends: SessionAppends
) => {
  const statement = prepareAppend(client)
  const find = prepareFind(client)

  // Untraced: a span costs as much as all that is done here besides waiting for the store.
  const append: SessionRepository["Type"]["append"] = Effect.fnUntraced(
    function* (caller, message, options) {
      const isBusy = appends.isBusy()
      if (isBusy) {
        const place = yield* appends.gather(caller, message, options)
        if (place !== undefined) return yield* toPlaced(message, place)
      }
      const { completes = false, expectedSequence = null, now, title = null } = options
      const { content, id, metadata, role, sessionId } = message
      const { trusted, userId } = asking(caller)
      const store = () =>
        statement.execute({
          sessionId,
          userId,
          trusted,
          id,
          role,
          content,
          completes,
          expectedSequence,
          title,
          metadata: JSON.stringify(metadata),
          now: DateTime.formatIso(now)
        })
      const [row] = yield* orAgain(query(isBusy ? store : () => appends.alone(store)))
      if (row === undefined) {
        return yield* new SessionNotFoundError({ sessionId })
      }
      if (row.place !== null) {
        return yield* toPlaced(message, row.place)
      }
      // A copy that was stored while the statement waited for the session is not in its snapshot.
      const [stored] = yield* query(() => find.execute({ sessionId, userId, trusted, id }))
      if (stored !== undefined) {
        return yield* toMessage(stored)
      }
      if (row.status !== "active") {
        return yield* new InvalidSessionStateError({ sessionId, currentStatus: row.status })
      }
      if (expectedSequence === null) {
        // It had the message, and was removed.
        return yield* new SessionNotFoundError({ sessionId })
      }
      // Nor are the messages that made it lose; the session's history only grows.
      const { messages, session } = yield* unseen(caller, sessionId, expectedSequence)
      return yield* new SequenceConflictError({ sessionId, messages, messageCount: session.messageCount })
    },
    Effect.catchTag("DatabaseError", Effect.die)
  )

  return { append }
}
