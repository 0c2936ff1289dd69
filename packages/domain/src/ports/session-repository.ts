import { Context, type Effect, type Option } from "effect"
import type { ClaimRefusedError } from "../errors/claim.ts"
import type { SequenceConflictError, VersionConflictError } from "../errors/conflict.ts"
import type { InvalidSessionStateError, SessionNotFoundError } from "../errors/session.ts"
import type { Caller } from "../types/caller.ts"
import type { ClaimHash } from "../types/claim.ts"
import type { Conversation, ConversationText, MessageShape } from "../types/conversation.ts"
import type { SessionId, UserId } from "../types/ids.ts"
import type { Message, MessagePage, MessageRange } from "../types/message.ts"
import type { Session, SessionChange, SessionStatus, SessionVersion, Title } from "../types/session.ts"
import type { SessionQuery } from "../types/session-list.ts"
import type { Timestamp } from "../types/timestamp.ts"

/** A message before the store has given it its place. */
export type NewMessage = Pick<Message, "id" | "sessionId" | "role" | "content" | "metadata">

/**
 * The store of sessions and their messages. Each call is one atomic step, ordered with all others on the
 * same session; what it acknowledges is durable. A session that the caller may not see is not found.
 *
 * A store that cannot be reached dies with `UnavailableError`; any other failure of it is a defect too.
 */
export class SessionRepository extends Context.Tag("@workspace/domain/SessionRepository")<
  SessionRepository,
  {
    /**
     * Stores a new session as it is. A session of nobody can be claimed by whoever brings the token of this
     * hash. A session whose id its owner already has is not stored again: the stored one comes back, as it is by
     * now. The id of somebody else's is a defect.
     */
    readonly create: (session: Session, claimHash: Option.Option<ClaimHash>) => Effect.Effect<Session>

    /**
     * Gives a message the next sequence of its active session, and counts it. A message whose id the session
     * already has is not stored again: the stored one comes back, whatever its body, in any status of the
     * session.
     *
     * With `expectedSequence` a new message is stored only as the next one after it. With `completes` a new
     * message is the last: the session is completed in the same step.
     *
     * A message without a note of an assessment counts as scored, if all before it do.
     *
     * `now` becomes the message's `createdAt` and the session's `updatedAt`, unless the session is already
     * later than that. An untitled session takes `title`.
     */
    readonly append: (
      caller: Caller,
      message: NewMessage,
      options: {
        readonly now: Timestamp
        readonly expectedSequence?: number | undefined
        readonly title?: Title | undefined
        readonly completes?: boolean | undefined
      }
    ) => Effect.Effect<Message, SessionNotFoundError | InvalidSessionStateError | SequenceConflictError>

    /** The session with its whole history, both as of one moment. */
    readonly load: (caller: Caller, id: SessionId) => Effect.Effect<Conversation, SessionNotFoundError>

    /**
     * What `load` gives, ready to be sent, with these fields of the messages: as of one moment that is no earlier than the
     * call, so that no write is missing which was acknowledged before, wherever it was made.
     */
    readonly loadText: (
      caller: Caller,
      id: SessionId,
      shape: MessageShape
    ) => Effect.Effect<ConversationText, SessionNotFoundError>

    /** The session's version, which changes with all that `load` would give. */
    readonly version: (caller: Caller, id: SessionId) => Effect.Effect<SessionVersion, SessionNotFoundError>

    /**
     * Some of a session's messages in order of sequence, at most `limit`: the first ones after `after`, or with
     * `before` the last ones before that and after `after`.
     */
    readonly page: (
      caller: Caller,
      id: SessionId,
      range: MessageRange
    ) => Effect.Effect<MessagePage, SessionNotFoundError>

    /** What `page` gives, as JSON in UTF-8 as its schema encodes it. */
    readonly pageText: (
      caller: Caller,
      id: SessionId,
      range: MessageRange
    ) => Effect.Effect<Uint8Array, SessionNotFoundError>

    /**
     * The caller's sessions, last changed first; all sessions for a trusted caller. A `SessionList` as JSON in UTF-8 as its
     * schema encodes it.
     */
    readonly listText: (caller: Caller, query: SessionQuery) => Effect.Effect<Uint8Array>

    /** Sets the status, as `statusesBefore` allows. The status that it has already changes nothing. */
    readonly setStatus: (
      caller: Caller,
      id: SessionId,
      status: SessionStatus,
      now: Timestamp
    ) => Effect.Effect<Session, SessionNotFoundError | InvalidSessionStateError>

    /**
     * Changes what is given and leaves the rest. The status changes as `statusesBefore` allows; what the session
     * has already changes nothing. With `ifVersion` only that version is changed.
     */
    readonly update: (
      caller: Caller,
      id: SessionId,
      change: SessionChange,
      options: { readonly now: Timestamp; readonly ifVersion?: SessionVersion | undefined }
    ) => Effect.Effect<Session, SessionNotFoundError | InvalidSessionStateError | VersionConflictError>

    /** Removes a session with all its data, for good. */
    readonly remove: (caller: Caller, id: SessionId) => Effect.Effect<void, SessionNotFoundError>

    /**
     * Makes a session of nobody the user's, once: the first to bring the token wins, and for the winner every
     * repetition succeeds.
     */
    readonly claim: (
      userId: UserId,
      id: SessionId,
      claimHash: ClaimHash,
      now: Timestamp
    ) => Effect.Effect<Session, SessionNotFoundError | ClaimRefusedError>
  }
>() {}
