import { MessagePage, SessionNotFoundError, type SessionRepository } from "@workspace/domain"
import { sql } from "drizzle-orm"
import { type Context, Effect, Predicate, Schema } from "effect"
import type { Client, Database } from "../client.ts"
import { messages, sessions } from "../schema.ts"
import { following, preceding } from "./message-ranges.ts"
import { encodedMessages, messageTextColumns } from "./message-texts.ts"
import { prepareRaw, readOut } from "./raw-statements.ts"
import { unfitRow } from "./session-rows.ts"
import { isVisible, visibility } from "./session-statements.ts"

const isCount = Schema.is(MessagePage.fields.messageCount)

/** A session's count with each message of a page, or alone: all as of one moment. */
const page = (client: Client, isBefore: boolean) => {
  const found = client
    .select({ id: sessions.id, messageCount: sql<number>`${sessions.messageCount}`.as("messageCount") })
    .from(sessions)
    .where(isVisible)
    .as("found")
  const chosen = client.select(messageTextColumns.whole).from(messages).$dynamic()
  const history = (isBefore ? preceding(chosen, found.id) : following(chosen, found.id)).as("history")
  return client
    .select({ messageCount: found.messageCount, history: sql`history.*` })
    .from(found)
    .leftJoinLateral(history, sql`true`)
}

/** Pages of messages out of PostgreSQL, without a detour by entities. */
export const make = (database: Context.Tag.Service<Database>) => {
  const { client, query } = database
  const selectAfter = prepareRaw(database, "page_text_after", page(client, false))
  const selectBefore = prepareRaw(database, "page_text_before", page(client, true))

  const pageText: SessionRepository["Type"]["pageText"] = (
    caller,
    sessionId,
    { after = 0, before, limit }
  ) => {
    const values = { ...visibility(caller, sessionId), after, limit }
    return Effect.flatMap(
      Effect.orDie(
        query(async () =>
          before === undefined
            ? await selectAfter(values)
            : (await selectBefore({ ...values, before })).reverse()
        )
      ),
      (rows) => {
        const [first] = rows
        if (first === undefined) return Effect.fail(new SessionNotFoundError({ sessionId }))
        const { id, messageCount } = Predicate.isRecord(first) ? first : {}
        if (!isCount(messageCount)) return Effect.die(unfitRow("sessions", ["messageCount"]))
        // Without a message the session has a row of its own.
        const messages = readOut(rows, (rows) =>
          id === null ? [] : encodedMessages(rows, sessionId, "whole")
        )
        return Effect.succeed(Buffer.from(JSON.stringify({ messages, messageCount })))
      }
    )
  }

  return { pageText }
}
