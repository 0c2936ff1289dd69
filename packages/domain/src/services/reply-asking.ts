import { type Data, DateTime, Effect, Option } from "effect"
import { AgentUnavailableError } from "../errors/agent.ts"
import { NothingToRegenerateError, type ReplyRunningError } from "../errors/reply.ts"
import { MessageConflictError, type SessionNotFoundError } from "../errors/session.ts"
import { IdGenerator } from "../ports/id-generator.ts"
import { type Begun, ReplyRepository } from "../ports/reply-repository.ts"
import { ScoringRepository } from "../ports/scoring-repository.ts"
import type { NewMessage } from "../ports/session-repository.ts"
import type { Caller } from "../types/caller.ts"
import type { ChatMessage, ReplyReading } from "../types/chat.ts"
import type { MessageId, SessionId } from "../types/ids.ts"
import { type Message, titleFrom } from "../types/message.ts"
import { Reply, type ReplyPage } from "../types/reply.ts"
import { lease } from "./reply-lease.ts"
import type { ReplyReader } from "./reply-reader.ts"
import { ReplyWriter } from "./reply-writer.ts"

/** Ended before it said anything, by itself. */
const hasFailed = ({ reply }: ReplyPage) =>
  reply.status === "interrupted" && reply.chunkCount === 0 && Option.isNone(reply.messageSequence)

type Found = Data.TaggedEnum.Value<Begun, "Found">

const isOvertaken = (error: {
  readonly _tag: string
}): error is NothingToRegenerateError | ReplyRunningError =>
  error._tag === "NothingToRegenerateError" || error._tag === "ReplyRunningError"

/** Messages get replies, which are read from where they begin. */
export const make = Effect.fnUntraced(function* (reader: ReplyReader) {
  const ids = yield* IdGenerator
  const replies = yield* ReplyRepository
  const scoring = yield* ScoringRepository
  const writer = yield* ReplyWriter

  const fromStart = Effect.fnUntraced(function* (
    caller: Caller,
    reply: Reply
  ): Effect.fn.Return<ReplyReading, SessionNotFoundError | AgentUnavailableError> {
    const beginning = yield* reader.beginning(caller, reply)
    if (Option.exists(beginning, hasFailed)) {
      const { session } = yield* scoring.load(caller, reply.sessionId, { limit: 1 })
      return yield* new AgentUnavailableError({ agent: session.agent, sessionId: session.id })
    }
    return { reply, events: reader.after(caller, reply, 0) }
  })

  // A reply that has begun has its writer, also when whoever asked has gone.
  const begin = (caller: Caller, question: NewMessage) =>
    Effect.gen(function* () {
      const begun = yield* replies.begin(caller, question, {
        lease,
        now: yield* DateTime.now,
        replyId: ids.answerId(question.id),
        title: Option.getOrUndefined(titleFrom(question.content))
      })
      if (begun._tag === "Begun") yield* writer.start(begun.reply)
      return begun
    }).pipe(Effect.uninterruptible)

  const beginAgain = (
    caller: Caller,
    sessionId: SessionId,
    which: { readonly messageId?: MessageId | undefined; readonly after?: MessageId | undefined }
  ) =>
    Effect.gen(function* () {
      const { reply } = yield* replies.regenerate(caller, sessionId, {
        ...which,
        lease,
        now: yield* DateTime.now,
        replyId: yield* ids.messageId
      })
      yield* writer.start(reply)
      return reply
    }).pipe(Effect.uninterruptible)

  /**
   * The reply that was found, or another one in the place of one that broke off. Of several repetitions of a message at once
   * one begins it, and the others find it.
   */
  const notInterrupted = (caller: Caller, question: NewMessage, { reply }: Found) =>
    reply.status === "interrupted"
      ? beginAgain(caller, reply.sessionId, { messageId: reply.questionId, after: reply.id }).pipe(
          Effect.catchIf(isOvertaken, (error) =>
            Effect.flatMap(begin(caller, question), (found) => {
              if (found._tag === "Found" && found.reply.id !== reply.id) return Effect.succeed(found.reply)
              // The talk has gone on, and a text has its place in it.
              return error._tag === "NothingToRegenerateError" && Option.isSome(reply.messageSequence)
                ? Effect.succeed(reply)
                : Effect.fail(error)
            })
          )
        )
      : Effect.succeed(reply)

  /** An answer that was no reply, as if it were one. */
  const recount = (caller: Caller, question: Message, answer: Message): ReplyReading => {
    const { createdAt, id, sequence, sessionId } = answer
    const reply = new Reply({
      id,
      sessionId,
      questionId: question.id,
      questionSequence: question.sequence,
      regenerates: Option.none(),
      status: "complete",
      chunkCount: 0,
      messageSequence: Option.some(sequence),
      createdAt
    })
    return { reply, events: reader.recounted(caller, reply) }
  }

  const answer = Effect.fnUntraced(function* (caller: Caller, sessionId: SessionId, message: ChatMessage) {
    const question = {
      id: message.id ?? (yield* ids.messageId),
      sessionId,
      role: "user" as const,
      content: message.content,
      metadata: message.metadata ?? {}
    }
    const begun = yield* begin(caller, question)
    if (!begun.question.hasBodyOf(question)) {
      return yield* new MessageConflictError({ sessionId, messageId: question.id })
    }
    switch (begun._tag) {
      case "Begun":
        return yield* fromStart(caller, begun.reply)
      case "Found":
        return yield* fromStart(caller, yield* notInterrupted(caller, question, begun))
      case "Answered":
        return recount(caller, begun.question, begun.answer)
      case "Stored":
        return yield* new NothingToRegenerateError({ sessionId })
    }
  })

  return {
    /** Stores a message, or finds it, and gives the reply to it. */
    answer,

    /** Begins another reply in the place of the newest. */
    again: (caller: Caller, sessionId: SessionId, messageId: MessageId | undefined) =>
      Effect.flatMap(beginAgain(caller, sessionId, { messageId }), (reply) => fromStart(caller, reply))
  }
})
