import { ReplyPart, type ReplyRepository } from "@workspace/domain"
import { and, eq, sql } from "drizzle-orm"
import { type Context, Duration, Effect, Schema } from "effect"
import type { Client, Database } from "../client.ts"
import { replies, replyChunks } from "../schema.ts"
import { isStreaming, leased, signal } from "./reply-statements.ts"

const { placeholder } = sql

const encodeParts = Schema.encodeSync(Schema.parseJson(Schema.Array(ReplyPart)))

/** Streaming, and nobody is about to end it. */
const isOpen = and(
  eq(replies.sessionId, placeholder("sessionId")),
  eq(replies.id, placeholder("id")),
  isStreaming,
  sql`isfinite(${replies.leaseUntil})`
)

/** Whoever waited for the end of the reply finds it ended, and writes nothing. */
const prepareWrite = (client: Client) => {
  const held = client.$with("held").as(
    client
      .update(replies)
      .set({
        chunkCount: sql`case when ${replies.chunkCount} + 1 = ${placeholder("index")}::integer then ${placeholder("index")}::integer else ${replies.chunkCount} end`,
        leaseUntil: leased
      })
      .where(isOpen)
      .returning({ sessionId: replies.sessionId, id: replies.id, chunkCount: replies.chunkCount })
  )
  const added = client.$with("added").as(
    client
      .insert(replyChunks)
      .select(
        client
          .select({
            sessionId: held.sessionId,
            replyId: held.id,
            index: held.chunkCount,
            parts: sql`${placeholder("parts")}::jsonb`.as("parts")
          })
          .from(held)
          .where(sql`${held.chunkCount} = ${placeholder("index")}::integer`)
      )
      .onConflictDoNothing()
      .returning({ signalled: signal(replyChunks.sessionId) })
  )
  return client.with(held, added).select({ chunkCount: held.chunkCount }).from(held).prepare("reply_write")
}

const prepareExtend = (client: Client) =>
  client
    .update(replies)
    .set({ leaseUntil: leased })
    .where(isOpen)
    .returning({ id: replies.id })
    .prepare("reply_extend")

/** What whoever writes a reply does. */
export const make = ({ client, query }: Context.Tag.Service<Database>) => {
  const statements = { write: prepareWrite(client), extend: prepareExtend(client) }

  const write: ReplyRepository["Type"]["write"] = Effect.fn("ReplyRepositoryPg.write")(function* (
    { id, sessionId },
    { index, parts },
    { lease }
  ) {
    const [held] = yield* query(() =>
      statements.write.execute({
        id,
        sessionId,
        index,
        parts: encodeParts(parts),
        lease: Duration.toMillis(lease)
      })
    )
    if (held !== undefined && held.chunkCount < index) {
      return yield* Effect.dieMessage("A chunk after a gap")
    }
    return held !== undefined
  }, Effect.orDie)

  const extend: ReplyRepository["Type"]["extend"] = Effect.fn("ReplyRepositoryPg.extend")(function* (
    { id, sessionId },
    { lease }
  ) {
    const rows = yield* query(() =>
      statements.extend.execute({ id, sessionId, lease: Duration.toMillis(lease) })
    )
    return rows.length > 0
  }, Effect.orDie)

  return { write, extend }
}
