import { Array, Context, DateTime, Effect, Layer, Option } from "effect"
import type { AgentUnavailableError } from "../errors/agent.ts"
import type { SequenceConflictError } from "../errors/conflict.ts"
import type { ForeignUserError, UnauthorizedError } from "../errors/identity.ts"
import {
  InvalidSessionStateError,
  MessageConflictError,
  type SessionNotFoundError
} from "../errors/session.ts"
import { AgentRegistry } from "../ports/agent.ts"
import { IdGenerator } from "../ports/id-generator.ts"
import { SessionRepository } from "../ports/session-repository.ts"
import { Answer } from "../types/answer.ts"
import { type Caller, newOwner } from "../types/caller.ts"
import type { Conversation, ConversationText, MessageShape } from "../types/conversation.ts"
import type { SessionId } from "../types/ids.ts"
import { type Message, titleFrom } from "../types/message.ts"
import { Session, type SessionStatus } from "../types/session.ts"
import type { AppendMessage, SendMessage, StartSession } from "../types/session-input.ts"
import { StartedSession } from "../types/started-session.ts"
import { askAgent } from "./agent-answer.ts"

type WriteError = SessionNotFoundError | InvalidSessionStateError

/** The use cases of a conversation: it starts, goes on, stops, and is taken up again where it was. */
export class SessionManager extends Context.Tag("@workspace/domain/SessionManager")<
  SessionManager,
  {
    /** Starts an active session without messages; one of nobody can be claimed later. Somebody else's `userId` is refused, and any without a token. */
    readonly start: (
      caller: Caller,
      input: StartSession
    ) => Effect.Effect<StartedSession, ForeignUserError | UnauthorizedError>

    /** Adds one message to an active session. */
    readonly append: (
      caller: Caller,
      input: AppendMessage
    ) => Effect.Effect<Message, WriteError | MessageConflictError | SequenceConflictError>

    /**
     * Adds the user's message, asks the agent, and adds its answer. The message is stored before the agent is
     * asked and stays stored when the agent fails, takes over a minute, is not known, or the session stops in
     * between; the same id then asks again. However often and however many at once, one message gets one answer.
     * With an answer that completes the session, the session is completed.
     */
    readonly send: (
      caller: Caller,
      input: SendMessage
    ) => Effect.Effect<Answer, WriteError | MessageConflictError | AgentUnavailableError>

    /** The session and its whole history, in order, as of one moment. */
    readonly load: (caller: Caller, sessionId: SessionId) => Effect.Effect<Conversation, SessionNotFoundError>

    /** The same as JSON, ready to be sent, with these fields of the messages. */
    readonly loadText: (
      caller: Caller,
      sessionId: SessionId,
      shape: MessageShape
    ) => Effect.Effect<ConversationText, SessionNotFoundError>

    /** Stops an active session until `resume`. */
    readonly pause: (caller: Caller, sessionId: SessionId) => Effect.Effect<Session, WriteError>

    /** Makes a paused session active again. */
    readonly resume: (caller: Caller, sessionId: SessionId) => Effect.Effect<Session, WriteError>

    /** Ends an active or paused session for good. */
    readonly complete: (caller: Caller, sessionId: SessionId) => Effect.Effect<Session, WriteError>
  }
>() {
  static readonly layer = Layer.effect(
    this,
    Effect.gen(function* () {
      const ask = askAgent(yield* AgentRegistry)
      const ids = yield* IdGenerator
      const repository = yield* SessionRepository

      // What is asked for most has no span of its own: it would cost more than all else that is done here.
      const start = Effect.fnUntraced(function* (caller: Caller, input: StartSession) {
        const userId = yield* newOwner(caller, Option.fromNullable(input.userId))
        const metadata = input.language === undefined ? {} : { language: input.language }
        const session = Session.start(yield* ids.sessionId, userId, yield* DateTime.now, { metadata })
        const claimToken = Option.isNone(userId) ? Option.some(yield* ids.claimToken) : Option.none()
        yield* repository.create(session, Option.map(claimToken, ids.claimHash))
        return new StartedSession({ sessionId: session.id, createdAt: session.createdAt, claimToken })
      })

      const append = Effect.fnUntraced(function* (caller: Caller, input: AppendMessage) {
        const { content, role, sessionId } = input
        const message = {
          id: input.id ?? (yield* ids.messageId),
          sessionId,
          role,
          content,
          metadata: input.metadata ?? {}
        }
        const stored = yield* repository.append(caller, message, {
          now: yield* DateTime.now,
          expectedSequence: input.expectedSequence,
          title: role === "user" ? Option.getOrUndefined(titleFrom(content)) : undefined
        })
        if (!stored.hasBodyOf(message)) {
          return yield* new MessageConflictError({ sessionId, messageId: message.id })
        }
        return stored
      })

      const send = Effect.fn("SessionManager.send")(
        function* (caller: Caller, input: SendMessage) {
          const { sessionId } = input
          yield* Effect.annotateCurrentSpan({ sessionId })
          const question = yield* append(caller, {
            sessionId,
            id: input.id,
            role: "user",
            content: input.message
          })
          const conversation = yield* repository.load(caller, sessionId)
          const id = ids.answerId(question.id)
          const answer = yield* Option.match(
            Array.findFirst(conversation.messages, (message) => message.id === id),
            {
              onSome: Effect.succeed,
              onNone: Effect.fnUntraced(function* () {
                const { status: currentStatus } = conversation.session
                // An answer could not be stored: nobody is asked for it.
                if (currentStatus !== "active") {
                  return yield* new InvalidSessionStateError({ sessionId, currentStatus })
                }
                const { completes, ...said } = yield* ask(
                  conversation.withoutReplaced.upTo(question.sequence)
                )
                // Of the answers to several copies of one message the first is stored, and all give that one.
                return yield* repository.append(
                  caller,
                  { id, sessionId, role: "assistant", ...said },
                  { now: yield* DateTime.now, completes }
                )
              })
            }
          )
          // A message that was stored under the answer's id is none of the agent's.
          if (answer.role !== "assistant") {
            return yield* new MessageConflictError({ sessionId, messageId: id })
          }
          return new Answer({
            response: answer.content,
            precision: conversation.session.precision,
            messageId: answer.id,
            sequence: answer.sequence
          })
        },
        // Neither message expects a sequence.
        Effect.catchTag("SequenceConflictError", Effect.die)
      )

      const load = Effect.fn("SessionManager.load")(function* (caller: Caller, sessionId: SessionId) {
        yield* Effect.annotateCurrentSpan({ sessionId })
        return yield* repository.load(caller, sessionId)
      })

      const setStatus = (name: string, status: SessionStatus) =>
        Effect.fn(`SessionManager.${name}`)(function* (caller: Caller, sessionId: SessionId) {
          yield* Effect.annotateCurrentSpan({ sessionId })
          return yield* repository.setStatus(caller, sessionId, status, yield* DateTime.now)
        })

      return {
        start,
        append,
        send,
        load,
        loadText: repository.loadText,
        pause: setStatus("pause", "paused"),
        resume: setStatus("resume", "active"),
        complete: setStatus("complete", "completed")
      }
    })
  )
}
