import { Context, DateTime, Effect, Layer, Option } from "effect"
import type { AgentUnavailableError, UnknownAgentError } from "../errors/agent.ts"
import type { ForkPointError } from "../errors/fork.ts"
import type { UnauthorizedError } from "../errors/identity.ts"
import type { NothingToRegenerateError, ReplyRunningError } from "../errors/reply.ts"
import type {
  InvalidSessionStateError,
  MessageConflictError,
  SessionNotFoundError
} from "../errors/session.ts"
import type { ThreadExistsError, ThreadNotFoundError } from "../errors/thread.ts"
import { ReplyRepository } from "../ports/reply-repository.ts"
import type { Caller } from "../types/caller.ts"
import {
  ChatTarget,
  type ForkAndSubmit,
  type RegenerateReply,
  type ReplyPosition,
  type ReplyReading,
  type SubmitMessage
} from "../types/chat.ts"
import type { SessionId } from "../types/ids.ts"
import type { Reply } from "../types/reply.ts"
import * as ChatForks from "./chat-forks.ts"
import * as ChatSessions from "./chat-sessions.ts"
import * as ReplyAsking from "./reply-asking.ts"
import * as ReplyReader from "./reply-reader.ts"

type AskError =
  | SessionNotFoundError
  | InvalidSessionStateError
  | ReplyRunningError
  | NothingToRegenerateError
  | AgentUnavailableError

/** The reading with the name by which its session was found. */
const inThread = (target: ChatTarget, reading: ReplyReading): ReplyReading =>
  ChatTarget.$is("Thread")(target) ? { ...reading, thread: target.thread } : reading

/** Replies that come as a stream, and can be come back to: they are written whether anybody reads them or not. */
export class ReplyManager extends Context.Tag("@workspace/domain/ReplyManager")<
  ReplyManager,
  {
    /**
     * Stores the user's message, and gives the reply to it from its beginning. The same message again gives the same
     * reply, on its way or ended; where that was interrupted, another one is begun. A message that nothing ever
     * answered cannot be answered any more when the talk has gone on. While the agent has said nothing the
     * call waits, for 15 seconds at most or until `Impatience`; if the agent fails before that, so does the call.
     */
    readonly submit: (
      caller: Caller,
      input: SubmitMessage
    ) => Effect.Effect<ReplyReading, AskError | MessageConflictError | UnauthorizedError | UnknownAgentError>

    /** Begins another reply to the newest message of the user in the place of the one that there is. Waits as `submit` does. */
    readonly regenerate: (
      caller: Caller,
      input: RegenerateReply
    ) => Effect.Effect<ReplyReading, AskError | ThreadNotFoundError>

    /** Forks a session, and goes on in the fork with a message. The same again gives the same fork and the same reply. */
    readonly fork: (
      caller: Caller,
      input: ForkAndSubmit
    ) => Effect.Effect<
      ReplyReading,
      | AskError
      | MessageConflictError
      | UnauthorizedError
      | UnknownAgentError
      | ForkPointError
      | ThreadExistsError
      | ThreadNotFoundError
    >

    /**
     * The reply that is on its way in the session, from its beginning. With a position, the rest of that reply, also
     * when it has ended meanwhile. None when nothing is on its way.
     */
    readonly resume: (
      caller: Caller,
      sessionId: SessionId,
      position: Option.Option<ReplyPosition>
    ) => Effect.Effect<Option.Option<ReplyReading>, SessionNotFoundError>

    /** Ends the reply that is on its way, if there is one, and keeps its text. */
    readonly stop: (
      caller: Caller,
      sessionId: SessionId
    ) => Effect.Effect<Option.Option<Reply>, SessionNotFoundError>
  }
>() {
  static readonly layer = Layer.scoped(
    this,
    Effect.gen(function* () {
      const chats = yield* ChatSessions.make
      const forks = yield* ChatForks.make
      const reader = yield* ReplyReader.make
      const asking = yield* ReplyAsking.make(reader)
      const replies = yield* ReplyRepository

      /** What there is of a reply after a position; none where its chunks are gone, or where there is no such reply. */
      const restOf = Effect.fnUntraced(
        function* (caller: Caller, sessionId: SessionId, { after, replyId }: ReplyPosition) {
          const { reply } = yield* replies.read(caller, { sessionId, id: replyId }, { after, limit: 1 })
          return reply.chunkCount < after
            ? Option.none<ReplyReading>()
            : Option.some<ReplyReading>({ reply, events: reader.after(caller, reply, after) })
        },
        Effect.catchTag("SessionNotFoundError", () => Effect.succeedNone)
      )

      const submit = Effect.fn("ReplyManager.submit")(function* (caller: Caller, input: SubmitMessage) {
        const sessionId = yield* chats.open(caller, input)
        yield* Effect.annotateCurrentSpan({ sessionId })
        return inThread(input.target, yield* asking.answer(caller, sessionId, input.message))
      })

      const regenerate = Effect.fn("ReplyManager.regenerate")(function* (
        caller: Caller,
        { messageId, target }: RegenerateReply
      ) {
        const sessionId = yield* chats.find(caller, target)
        yield* Effect.annotateCurrentSpan({ sessionId })
        return inThread(target, yield* asking.again(caller, sessionId, messageId))
      })

      const fork = Effect.fn("ReplyManager.fork")(function* (caller: Caller, input: ForkAndSubmit) {
        const sessionId = yield* forks.open(caller, input)
        yield* Effect.annotateCurrentSpan({ sessionId })
        const reading = yield* asking.answer(caller, sessionId, input.message)
        return { ...reading, thread: input.thread }
      })

      const resume = Effect.fn("ReplyManager.resume")(function* (
        caller: Caller,
        sessionId: SessionId,
        position: Option.Option<ReplyPosition>
      ) {
        yield* Effect.annotateCurrentSpan({ sessionId })
        const rest = yield* Option.match(position, {
          onNone: () => Effect.succeedNone,
          onSome: (_) => restOf(caller, sessionId, _)
        })
        if (Option.isSome(rest)) return rest
        const running = yield* replies.running(caller, sessionId)
        return Option.map(running, (reply) => ({ reply, events: reader.after(caller, reply, 0) }))
      })

      const stop = Effect.fn("ReplyManager.stop")(function* (caller: Caller, sessionId: SessionId) {
        yield* Effect.annotateCurrentSpan({ sessionId })
        return yield* replies.stop(caller, sessionId, yield* DateTime.now)
      })

      return { submit, regenerate, fork, resume, stop }
    })
  )
}
