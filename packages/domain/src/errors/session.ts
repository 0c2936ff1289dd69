import { Schema } from "effect"
import { MessageId, SessionId } from "../types/ids.ts"
import { SessionStatus } from "../types/session.ts"
import { problem, problemAnnotations } from "./problem.ts"

/** No such session, or one of somebody else: the two are told apart by nobody. */
export class SessionNotFoundError extends Schema.TaggedError<SessionNotFoundError>()(
  "SessionNotFoundError",
  {
    ...problem({
      slug: "session-not-found",
      title: "Session not found",
      status: 404,
      code: "NOT_FOUND",
      example: "No session session_1767225600000_V1StGXR8_Z5jdHi6B-myT is visible to you."
    }),
    sessionId: SessionId
  },
  problemAnnotations(404, "No such session is visible to the caller")
) {
  override readonly detail = `No session ${this.sessionId} is visible to you.`
}

/** The session's status does not allow what was asked. */
export class InvalidSessionStateError extends Schema.TaggedError<InvalidSessionStateError>()(
  "InvalidSessionStateError",
  {
    ...problem({
      slug: "invalid-session-state",
      title: "Not possible in the session's status",
      status: 400,
      code: "INVALID_STATE",
      example: "Session session_1767225600000_V1StGXR8_Z5jdHi6B-myT is completed."
    }),
    sessionId: SessionId,
    currentStatus: SessionStatus.annotations({ examples: ["completed"] })
  },
  problemAnnotations(400, "The session's status does not allow this")
) {
  override readonly detail = `Session ${this.sessionId} is ${this.currentStatus}.`
}

/** A message id that the session already has, brought again with another role, content or metadata. */
export class MessageConflictError extends Schema.TaggedError<MessageConflictError>()(
  "MessageConflictError",
  {
    ...problem({
      slug: "message-conflict",
      title: "Message id already used for another message",
      status: 422,
      code: "IDEMPOTENCY_MISMATCH",
      example: "Message m-1 is stored already, and not this one; use a new id for a new message."
    }),
    sessionId: SessionId,
    messageId: MessageId
  },
  problemAnnotations(422, "The message id was already used for another message")
) {
  override readonly detail =
    `Message ${this.messageId} is stored already, and not this one; use a new id for a new message.`
}
