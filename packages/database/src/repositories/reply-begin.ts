import { and, eq, notExists, sql } from "drizzle-orm"
import type { Client } from "../client.ts"
import { replies } from "../schema.ts"
import { appendMessage } from "./message-insert.ts"
import { insertReply, isStreaming } from "./reply-statements.ts"

const { placeholder } = sql

/**
 * A new message, and the first reply to it. Of two replies that begin in a session at once the second fails on the index
 * of streaming replies, with all it did, and finds the first when it is run again.
 */
export const prepareBegin = (client: Client) => {
  const isIdle = notExists(
    client
      .select({ id: replies.id })
      .from(replies)
      .where(and(eq(replies.sessionId, placeholder("sessionId")), isStreaming))
  )
  const { counted, duplicate, found, inserted, looked } = appendMessage(client, () => isIdle)
  const begun = insertReply(client, inserted, { attempt: sql`1`, regenerates: sql`null` })
  return client
    .with(found, duplicate, looked, counted, inserted, begun)
    .select()
    .from(inserted)
    .innerJoin(begun, sql`true`)
    .prepare("reply_begin")
}
