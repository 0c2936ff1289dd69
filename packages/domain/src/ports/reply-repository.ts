import { Context, Data, type Duration, type Effect, type Option } from "effect"
import type { NothingToRegenerateError, ReplyRunningError } from "../errors/reply.ts"
import type { InvalidSessionStateError, SessionNotFoundError } from "../errors/session.ts"
import type { Caller } from "../types/caller.ts"
import type { MessageId, SessionId } from "../types/ids.ts"
import type { Message } from "../types/message.ts"
import type { Reply, ReplyChunk, ReplyKey, ReplyPage } from "../types/reply.ts"
import type { Title } from "../types/session.ts"
import type { Timestamp } from "../types/timestamp.ts"
import type { NewMessage } from "./session-repository.ts"

/** What became of a message that was to be answered. */
export type Begun = Data.TaggedEnum<{
  /** A reply to it has begun, and is the caller's to write. */
  Begun: { readonly question: Message; readonly reply: Reply }
  /** The message was stored before, with this newest reply: on its way or ended. */
  Found: { readonly question: Message; readonly reply: Reply }
  /** The message was stored before and has an answer that was no reply. */
  Answered: { readonly question: Message; readonly answer: Message }
  /** Under this id another message was stored before, or one that nothing answered and that is not the newest of the user's. */
  Stored: { readonly question: Message }
}>
export const Begun = Data.taggedEnum<Begun>()

/** For how long whoever writes a reply has it, from each thing that it writes on. */
interface Lease {
  readonly lease: Duration.Duration
}

/**
 * Replies and their chunks. A reply is `streaming` until it ends, once and for good; of a session at most one is. Only
 * who began it writes it, while its lease lasts by the store's own clock; a reply whose lease is over may be ended
 * by anybody, and then whoever writes it learns so. Each call is one atomic step, ordered with all others on
 * the same session; what it acknowledges is durable. All replies end with their session.
 *
 * A store that cannot be reached dies with `UnavailableError`; any other failure of it is a defect too.
 */
export class ReplyRepository extends Context.Tag("@workspace/domain/ReplyRepository")<
  ReplyRepository,
  {
    /**
     * Stores a message of the user as `SessionRepository.append` does, and begins the reply to it in the same step. A message
     * that is stored already begins one only with the same body, if it is the newest of the user's and nothing ever
     * answered it: no reply, no message under `replyId`, and no assistant's message after it that was no reply. While
     * another reply of the session is streaming, nothing is stored; one whose lease is over is first ended as interrupted.
     */
    readonly begin: (
      caller: Caller,
      question: NewMessage,
      options: Lease & {
        readonly replyId: MessageId
        readonly now: Timestamp
        readonly title?: Title | undefined
      }
    ) => Effect.Effect<Begun, SessionNotFoundError | InvalidSessionStateError | ReplyRunningError>

    /**
     * Begins another reply to the newest message of the user, which takes the place of the newest answer to it, if
     * there is one: an assistant's message after it that is no reply to another message. `messageId`, if given, must be that message or that answer, and `after` the newest reply to it.
     */
    readonly regenerate: (
      caller: Caller,
      sessionId: SessionId,
      options: Lease & {
        readonly replyId: MessageId
        readonly now: Timestamp
        readonly messageId?: MessageId | undefined
        readonly after?: MessageId | undefined
      }
    ) => Effect.Effect<
      { readonly question: Message; readonly reply: Reply },
      SessionNotFoundError | InvalidSessionStateError | ReplyRunningError | NothingToRegenerateError
    >

    /**
     * Adds the next chunk and extends the lease; false when the reply is not streaming any more. A chunk that is
     * stored already is not stored again; one after a gap is a defect.
     */
    readonly write: (key: ReplyKey, chunk: ReplyChunk, options: Lease) => Effect.Effect<boolean>

    /** Extends the lease; false when the reply is not streaming any more. */
    readonly extend: (key: ReplyKey, options: Lease) => Effect.Effect<boolean>

    /**
     * Ends a reply that is streaming, and makes its text, if any, the assistant's message, with all its data as
     * metadata, later values in place of earlier ones, and under `reply` its `ReplyNote` when there is something to
     * note; in whatever status the session is. With `completes` and status complete the session is completed. Gives
     * the reply as it is then, also when it had ended before; none when it is gone.
     *
     * A reply always ends. Of a text over 64 KiB the beginning is kept that fits, of data over `maxReplyData` bytes of
     * JSON nothing, and of a reply under whose id a message was stored meanwhile there is no message. Such a
     * reply, and one without text, is never complete but interrupted.
     */
    readonly end: (
      key: ReplyKey,
      options: {
        readonly status: "complete" | "interrupted"
        readonly now: Timestamp
        readonly completes?: boolean | undefined
      }
    ) => Effect.Effect<Option.Option<Reply>>

    /** Ends the reply that is on its way in the session, if there is one, as `end` does: as cancelled. */
    readonly stop: (
      caller: Caller,
      sessionId: SessionId,
      now: Timestamp
    ) => Effect.Effect<Option.Option<Reply>, SessionNotFoundError>

    /**
     * Ends some of the replies whose lease is over, each as `end` does, as interrupted, and gives them; with none there
     * are no more for now. One that cannot be ended is logged, and left alone for a minute.
     */
    readonly endAbandoned: (now: Timestamp) => Effect.Effect<ReadonlyArray<Reply>>

    /** The reply that is on its way in the session. */
    readonly running: (
      caller: Caller,
      sessionId: SessionId
    ) => Effect.Effect<Option.Option<Reply>, SessionNotFoundError>

    /**
     * A reply and its chunks after an index, in order, at most `limit`. A session without such a reply is not
     * found.
     */
    readonly read: (
      caller: Caller,
      key: ReplyKey,
      range: { readonly after: number; readonly limit: number }
    ) => Effect.Effect<ReplyPage, SessionNotFoundError>

    /**
     * Removes the chunks of replies that ended before, some at a time, and says of how many. Such a reply counts no
     * chunks any more; its message stays.
     */
    readonly sweep: (endedBefore: Timestamp) => Effect.Effect<number>
  }
>() {}
