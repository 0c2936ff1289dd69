import {
  Begun,
  InvalidSessionStateError,
  MessageId,
  NothingToRegenerateError,
  type ReplyRepository,
  ReplyRunningError,
  type SessionId,
  SessionNotFoundError,
  type SessionStatus,
  type Timestamp
} from "@workspace/domain"
import { type Context, Data, DateTime, Duration, Effect, Schedule } from "effect"
import type { Database } from "../client.ts"
import { orAgain } from "./or-again.ts"
import { prepareBegin } from "./reply-begin.ts"
import { prepareBeginStored } from "./reply-begin-stored.ts"
import type { ReplyEndings } from "./reply-endings.ts"
import { prepareRegenerate } from "./reply-regenerate.ts"
import { toMessage, toReply } from "./session-rows.ts"
import { visibility } from "./session-statements.ts"

/** What a statement saw is not so any more: run again, it sees what is. */
class OutOfDate extends Data.TaggedError("OutOfDate") {}

const untilUpToDate = Schedule.exponential("2 millis").pipe(
  Schedule.jittered,
  Schedule.intersect(Schedule.recurs(8))
)

/** How replies begin. */
export const make = ({ client, query }: Context.Tag.Service<Database>, endOver: ReplyEndings["endOver"]) => {
  const statements = {
    begin: prepareBegin(client),
    beginStored: prepareBeginStored(client),
    regenerate: prepareRegenerate(client)
  }

  const run = <A>(execute: () => Promise<ReadonlyArray<A>>) =>
    Effect.map(orAgain(query(execute)), ([row]) => row)

  /** Why no reply can begin, if that is so: one whose lease is over is ended, so that one can. */
  const refuse = Effect.fnUntraced(function* (
    sessionId: SessionId,
    {
      found,
      streaming
    }: {
      readonly found: { readonly status: SessionStatus }
      readonly streaming: { readonly id: string; readonly isOver: boolean } | null
    },
    now: Timestamp
  ) {
    if (found.status !== "active") {
      return yield* new InvalidSessionStateError({ sessionId, currentStatus: found.status })
    }
    if (streaming !== null) {
      const replyId = MessageId.make(streaming.id)
      if (!streaming.isOver) {
        return yield* new ReplyRunningError({ sessionId, replyId })
      }
      yield* endOver({ sessionId, id: replyId }, now)
    }
    return yield* new OutOfDate()
  })

  const begin: ReplyRepository["Type"]["begin"] = Effect.fn("ReplyRepositoryPg.begin")(
    function* (caller, question, { lease, now, replyId, title = null }) {
      const { metadata, sessionId, ...rest } = question
      const parameters = {
        ...rest,
        ...visibility(caller, sessionId),
        metadata: JSON.stringify(metadata),
        title,
        completes: false,
        replyId,
        lease: Duration.toMillis(lease),
        now: DateTime.formatIso(now)
      }
      const stored = yield* run(() => statements.begin.execute(parameters))
      if (stored !== undefined) {
        return Begun.Begun({
          question: yield* toMessage(stored.inserted),
          reply: yield* toReply(stored.begun)
        })
      }
      const row = yield* run(() => statements.beginStored.execute(parameters))
      if (row === undefined) {
        return yield* new SessionNotFoundError({ sessionId })
      }
      if (row.question === null) {
        return yield* refuse(sessionId, row, now)
      }
      const message = yield* toMessage(row.question)
      if (row.begun !== null) {
        return Begun.Begun({ question: message, reply: yield* toReply(row.begun) })
      }
      if (row.previous !== null) {
        if (row.previous.status === "streaming" && row.streaming?.isOver === true) {
          yield* endOver({ sessionId, id: MessageId.make(row.previous.id) }, now)
          return yield* new OutOfDate()
        }
        return Begun.Found({ question: message, reply: yield* toReply(row.previous) })
      }
      const answer = row.named ?? row.next
      if (answer !== null) {
        return Begun.Answered({ question: message, answer: yield* toMessage(answer) })
      }
      return row.known?.isUpToDate === true && !row.known.isCandidate
        ? Begun.Stored({ question: message })
        : yield* refuse(sessionId, row, now)
    },
    Effect.retry({ schedule: untilUpToDate, while: ({ _tag }) => _tag === "OutOfDate" }),
    Effect.catchTags({ DatabaseError: Effect.die, OutOfDate: Effect.die })
  )

  const regenerate: ReplyRepository["Type"]["regenerate"] = Effect.fn("ReplyRepositoryPg.regenerate")(
    function* (caller, sessionId, { after = null, lease, messageId = null, now, replyId }) {
      const row = yield* run(() =>
        statements.regenerate.execute({
          ...visibility(caller, sessionId),
          after,
          messageId,
          replyId,
          lease: Duration.toMillis(lease),
          now: DateTime.formatIso(now)
        })
      )
      if (row === undefined) {
        return yield* new SessionNotFoundError({ sessionId })
      }
      if (row.begun !== null && row.question !== null) {
        return { question: yield* toMessage(row.question), reply: yield* toReply(row.begun) }
      }
      if (row.found.status !== "active" || row.streaming !== null) {
        return yield* refuse(sessionId, row, now)
      }
      return row.known?.isUpToDate === false
        ? yield* new OutOfDate()
        : yield* new NothingToRegenerateError({ sessionId })
    },
    Effect.retry({ schedule: untilUpToDate, while: ({ _tag }) => _tag === "OutOfDate" }),
    Effect.catchTags({ DatabaseError: Effect.die, OutOfDate: Effect.die })
  )

  return { begin, regenerate }
}
