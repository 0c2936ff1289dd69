import { Context, type Effect } from "effect"
import type { InvalidSessionStateError, SessionNotFoundError } from "../errors/session.ts"
import type { Caller } from "../types/caller.ts"
import type { Conversation } from "../types/conversation.ts"
import type { SessionId } from "../types/ids.ts"
import type { Message } from "../types/message.ts"
import type { Precision } from "../types/precision.ts"
import type { Session, SessionStatus } from "../types/session.ts"
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
    /** Stores a new session as it is. */
    readonly create: (session: Session) => Effect.Effect<void>

    /**
     * Gives a message the next sequence of its active session, and counts it. A message whose id the session
     * already has is not stored again: the stored one comes back, whatever its body, in any status of the
     * session.
     *
     * `now` becomes the message's `createdAt` and the session's `updatedAt`, unless the session is already
     * later than that.
     */
    readonly append: (
      caller: Caller,
      message: NewMessage,
      now: Timestamp
    ) => Effect.Effect<Message, SessionNotFoundError | InvalidSessionStateError>

    /** The session with its whole history, both as of one moment. */
    readonly load: (caller: Caller, id: SessionId) => Effect.Effect<Conversation, SessionNotFoundError>

    /** Sets the status, as `statusesBefore` allows. The status that it has already changes nothing. */
    readonly setStatus: (
      caller: Caller,
      id: SessionId,
      status: SessionStatus,
      now: Timestamp
    ) => Effect.Effect<Session, SessionNotFoundError | InvalidSessionStateError>

    /**
     * Replaces the precision by one that has seen more messages, and says whether it did: false when the
     * stored one has seen as many or more, or when the session has fewer messages or is gone.
     */
    readonly updatePrecision: (
      id: SessionId,
      precision: Precision,
      scoredThrough: number
    ) => Effect.Effect<boolean>
  }
>() {}
