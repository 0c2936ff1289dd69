import type { SessionRepository } from "@workspace/domain"
import { InvalidSessionStateError, SequenceConflictError, SessionNotFoundError } from "@workspace/domain"
import { and, eq, getTableColumns, sql } from "drizzle-orm"
import { type Context, DateTime, Effect } from "effect"
import type { Client, Database } from "../client.ts"
import { messages, sessions } from "../schema.ts"
import { appendMessage } from "./message-insert.ts"
import { orAgain } from "./or-again.ts"
import type { SessionHistory } from "./session-history.ts"
import { toMessage } from "./session-rows.ts"
import { isVisible, visibility } from "./session-statements.ts"

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
  return client
    .with(found, duplicate, looked, counted, inserted)
    .select()
    .from(found)
    .leftJoin(inserted, sql`true`)
    .leftJoin(duplicate, sql`true`)
    .prepare("session_append")
}

const prepareFind = (client: Client) =>
  client
    .select(getTableColumns(messages))
    .from(messages)
    .innerJoin(sessions, eq(sessions.id, messages.sessionId))
    .where(and(isVisible, eq(messages.id, placeholder("id"))))
    .prepare("message_find")

export const make = ({ client, query }: Context.Tag.Service<Database>, unseen: SessionHistory["unseen"]) => {
  const statement = prepareAppend(client)
  const find = prepareFind(client)

  const append: SessionRepository["Type"]["append"] = Effect.fn("SessionRepositoryPg.append")(
    function* (caller, message, { completes = false, expectedSequence = null, now, title = null }) {
      const { metadata, sessionId, ...rest } = message
      const own = visibility(caller, sessionId)
      const [row] = yield* query(() =>
        statement.execute({
          ...rest,
          ...own,
          completes,
          expectedSequence,
          title,
          metadata: JSON.stringify(metadata),
          now: DateTime.formatIso(now)
        })
      ).pipe(orAgain)
      if (row === undefined) {
        return yield* new SessionNotFoundError({ sessionId })
      }
      // A copy that was stored while the statement waited for the session is not in its snapshot.
      const stored =
        row.inserted ??
        row.duplicate ??
        (yield* query(() => find.execute({ ...own, id: message.id })))[0] ??
        null
      if (stored !== null) {
        return yield* toMessage(stored)
      }
      if (row.found.status !== "active" || expectedSequence === null) {
        return yield* new InvalidSessionStateError({ sessionId, currentStatus: row.found.status })
      }
      // Nor are the messages that made it lose; the session's history only grows.
      const { messages, session } = yield* unseen(caller, sessionId, expectedSequence)
      return yield* new SequenceConflictError({ sessionId, messages, messageCount: session.messageCount })
    },
    Effect.catchTag("DatabaseError", Effect.die)
  )

  return { append }
}
