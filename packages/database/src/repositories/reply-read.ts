import { type ReplyKey, type ReplyRepository, SessionNotFoundError } from "@workspace/domain"
import { and, asc, eq, gt, lt, sql } from "drizzle-orm"
import { Array, type Context, DateTime, Effect, Option } from "effect"
import type { Client, Database } from "../client.ts"
import { replies, replyChunks, sessions } from "../schema.ts"
import { isStreaming, replyColumns } from "./reply-statements.ts"
import { toReply, toReplyChunk } from "./session-rows.ts"
import { isVisible, visibility } from "./session-statements.ts"

const { placeholder } = sql

/** The reply and its chunks in one statement, and so of one snapshot; the chunks come in the order of their index. */
const prepareRead = (client: Client) => {
  const reply = client
    .select(replyColumns)
    .from(sessions)
    .innerJoin(replies, eq(replies.sessionId, sessions.id))
    .where(and(isVisible, eq(replies.id, placeholder("id"))))
    .as("reply")
  const chunk = client
    .select({ index: replyChunks.index, parts: replyChunks.parts })
    .from(replyChunks)
    .where(
      and(
        eq(replyChunks.sessionId, reply.sessionId),
        eq(replyChunks.replyId, reply.id),
        gt(replyChunks.index, placeholder("after"))
      )
    )
    .orderBy(asc(replyChunks.index))
    .limit(placeholder("limit"))
    .as("chunk")
  return client.select().from(reply).leftJoinLateral(chunk, sql`true`).prepare("reply_read")
}

const prepareRunning = (client: Client) =>
  client
    .select({ session: { id: sessions.id }, reply: replyColumns })
    .from(sessions)
    .leftJoin(replies, and(eq(replies.sessionId, sessions.id), isStreaming))
    .where(isVisible)
    .prepare("reply_running")

const prepareFind = (client: Client) =>
  client
    .select(replyColumns)
    .from(replies)
    .where(and(eq(replies.sessionId, placeholder("sessionId")), eq(replies.id, placeholder("id"))))
    .prepare("reply_find")

/** Each has some hundred chunks at most, and a statement has its time limit. */
const sweptAtOnce = 100

/** Spelled out, as the index has it. */
const holdsChunks = sql`${replies.chunkCount} > 0`

const prepareSweep = (client: Client) => {
  const old = client.$with("old").as(
    client
      .select({ sessionId: replies.sessionId, id: replies.id })
      .from(replies)
      .where(and(holdsChunks, lt(replies.endedAt, sql`${placeholder("endedBefore")}::timestamptz`)))
      .orderBy(sql`${replies.endedAt} limit ${sweptAtOnce}`.inlineParams())
      .for("no key update", { skipLocked: true })
  )
  const emptied = client.$with("emptied").as(
    client
      .update(replies)
      .set({ chunkCount: 0 })
      .from(old)
      .where(and(eq(replies.sessionId, old.sessionId), eq(replies.id, old.id)))
      .returning({ sessionId: replies.sessionId, id: replies.id })
  )
  const removed = client
    .$with("removed")
    .as(
      client
        .delete(replyChunks)
        .where(
          sql`(${replyChunks.sessionId}, ${replyChunks.replyId}) in (select session_id, id from ${emptied})`
        )
        .returning({ index: replyChunks.index })
    )
  return client
    .with(old, emptied, removed)
    .select({ count: sql<number>`count(*)::int` })
    .from(emptied)
    .prepare("reply_sweep")
}

/** Reads of replies, and what becomes of them when nobody reads them any more. */
export const make = ({ client, query }: Context.Tag.Service<Database>) => {
  const statements = {
    read: prepareRead(client),
    running: prepareRunning(client),
    find: prepareFind(client),
    sweep: prepareSweep(client)
  }

  const read: ReplyRepository["Type"]["read"] = Effect.fn("ReplyRepositoryPg.read")(
    function* (caller, { id, sessionId }, { after, limit }) {
      const rows = yield* query(() =>
        statements.read.execute({ ...visibility(caller, sessionId), id, after, limit })
      )
      const [first] = rows
      if (first === undefined) {
        return yield* new SessionNotFoundError({ sessionId })
      }
      const chunks = Array.filterMap(rows, ({ chunk }) => Option.fromNullable(chunk))
      return {
        reply: yield* toReply(first.reply),
        chunks: yield* Effect.forEach(chunks, toReplyChunk)
      }
    },
    Effect.catchTag("DatabaseError", Effect.die)
  )

  const running: ReplyRepository["Type"]["running"] = Effect.fn("ReplyRepositoryPg.running")(
    function* (caller, sessionId) {
      const [row] = yield* query(() => statements.running.execute(visibility(caller, sessionId)))
      if (row === undefined) {
        return yield* new SessionNotFoundError({ sessionId })
      }
      return yield* Effect.transposeMapOption(Option.fromNullable(row.reply), toReply)
    },
    Effect.catchTag("DatabaseError", Effect.die)
  )

  /** A reply as it is, whoever asks. */
  const find = Effect.fnUntraced(function* ({ id, sessionId }: ReplyKey) {
    const [row] = yield* query(() => statements.find.execute({ id, sessionId }))
    return yield* Effect.transposeMapOption(Option.fromNullable(row), toReply)
  })

  const sweep: ReplyRepository["Type"]["sweep"] = Effect.fn("ReplyRepositoryPg.sweep")(function* (
    endedBefore
  ) {
    const rows = yield* query(() =>
      statements.sweep.execute({ endedBefore: DateTime.formatIso(endedBefore) })
    )
    return Array.reduce(rows, 0, (sum, { count }) => sum + count)
  }, Effect.orDie)

  return { read, running, find, sweep }
}

export type ReplyReads = ReturnType<typeof make>
