import {
  MessageId,
  type ReplyKey,
  type ReplyRepository,
  SessionId,
  SessionNotFoundError,
  type Timestamp
} from "@workspace/domain"
import { and, eq, sql } from "drizzle-orm"
import { Array, Cause, type Context, DateTime, Duration, Effect, Option } from "effect"
import type { Client, Database } from "../client.ts"
import { replies, sessions } from "../schema.ts"
import { orAgain } from "./or-again.ts"
import { prepareEnd } from "./reply-end.ts"
import type { ReplyReads } from "./reply-read.ts"
import { isLeaseOver, isStreaming, leased } from "./reply-statements.ts"
import { toReply } from "./session-rows.ts"
import { isVisible, visibility } from "./session-statements.ts"

const { placeholder } = sql

/** How many one process ends at once: others may share the work. */
const endedAtOnce = 16

/** After how long it is tried again to end what cannot be ended, so that it is not in the way of others meanwhile. */
const postponement = Duration.minutes(1)

const prepareAbandoned = (client: Client) =>
  client
    .select({ sessionId: replies.sessionId, id: replies.id })
    .from(replies)
    .where(and(isStreaming, isLeaseOver))
    .orderBy(sql`${replies.leaseUntil} limit ${endedAtOnce}`.inlineParams())
    .prepare("reply_abandoned")

const preparePostpone = (client: Client) =>
  client
    .update(replies)
    .set({ leaseUntil: leased })
    .where(
      and(
        eq(replies.sessionId, placeholder("sessionId")),
        eq(replies.id, placeholder("id")),
        isStreaming,
        isLeaseOver
      )
    )
    .prepare("reply_postpone")

const prepareStatements = (client: Client) => {
  const isThis = eq(replies.id, placeholder("id"))
  const session = eq(sessions.id, placeholder("sessionId"))
  return {
    end: prepareEnd(client, "reply_end", { session, reply: isThis }),
    endOver: prepareEnd(client, "reply_end_over", { session, reply: and(isThis, isLeaseOver) }),
    stop: prepareEnd(client, "reply_stop", { session: isVisible, reply: undefined }),
    abandoned: prepareAbandoned(client),
    postpone: preparePostpone(client)
  }
}

type Row = Awaited<ReturnType<ReturnType<typeof prepareEnd>["execute"]>>[number]

/** How replies end. */
export const make = ({ client, query }: Context.Tag.Service<Database>, find: ReplyReads["find"]) => {
  const statements = prepareStatements(client)

  /** Runs the end of a reply again as long as others wrote while it waited: once, as then they cannot any more. */
  const run = (execute: () => Promise<ReadonlyArray<Row>>) =>
    query(execute).pipe(
      orAgain,
      Effect.repeat({ times: 2, while: ([row]) => row !== undefined && row.closed !== null })
    )

  const endedBy = (rows: ReadonlyArray<Row>) =>
    Effect.transposeMapOption(
      Option.flatMapNullable(Array.head(rows), ({ ended }) => ended),
      toReply
    )

  const end: ReplyRepository["Type"]["end"] = Effect.fn("ReplyRepositoryPg.end")(function* (
    key,
    { completes = false, now, status }
  ) {
    const { id, sessionId } = key
    const rows = yield* run(() =>
      statements.end.execute({ id, sessionId, status, completes, now: DateTime.formatIso(now) })
    )
    const ended = yield* endedBy(rows)
    return Option.isSome(ended) ? ended : yield* find(key)
  }, Effect.orDie)

  /** Ends a reply whose lease is over, as interrupted. */
  const endOver = Effect.fnUntraced(function* ({ id, sessionId }: ReplyKey, now: Timestamp) {
    const parameters = {
      id,
      sessionId,
      status: "interrupted",
      completes: false,
      now: DateTime.formatIso(now)
    }
    return yield* endedBy(yield* run(() => statements.endOver.execute(parameters)))
  })

  const stop: ReplyRepository["Type"]["stop"] = Effect.fn("ReplyRepositoryPg.stop")(
    function* (caller, sessionId, now) {
      const parameters = { status: "cancelled", completes: false, now: DateTime.formatIso(now) }
      const rows = yield* run(() =>
        statements.stop.execute({ ...visibility(caller, sessionId), ...parameters })
      )
      if (rows.length === 0) {
        return yield* new SessionNotFoundError({ sessionId })
      }
      return yield* endedBy(rows)
    },
    Effect.catchTag("DatabaseError", Effect.die)
  )

  /** One that cannot be ended does not keep the others from it. */
  const endOrPostpone = (key: ReplyKey, now: Timestamp) =>
    endOver(key, now).pipe(
      Effect.catchAll(
        Effect.fnUntraced(function* (error) {
          yield* Effect.annotateLogs(
            Effect.logError("A reply that was left behind cannot be ended", Cause.fail(error)),
            { sessionId: key.sessionId, replyId: key.id }
          )
          yield* query(() => statements.postpone.execute({ ...key, lease: Duration.toMillis(postponement) }))
          return Option.none()
        })
      )
    )

  const endAbandoned: ReplyRepository["Type"]["endAbandoned"] = Effect.fn("ReplyRepositoryPg.endAbandoned")(
    function* (now) {
      const abandoned = yield* query(() => statements.abandoned.execute())
      const ended = yield* Effect.forEach(abandoned, ({ id, sessionId }) =>
        endOrPostpone({ id: MessageId.make(id), sessionId: SessionId.make(sessionId) }, now)
      )
      return { found: abandoned.length, ended: Array.getSomes(ended) }
    },
    // All of them may have been ended by somebody else, or be postponed; that there are no more is another thing.
    Effect.repeat({ times: 3, while: ({ ended, found }) => ended.length === 0 && found > 0 }),
    Effect.map(({ ended }) => ended),
    Effect.orDie
  )

  return { end, endOver, stop, endAbandoned }
}

export type ReplyEndings = ReturnType<typeof make>
