import { Schema } from "effect"
import { SessionId } from "../types/ids.ts"
import { Message } from "../types/message.ts"
import { Session } from "../types/session.ts"
import { problem, problemAnnotations } from "./problem.ts"

const unseen = {
  sessionId: SessionId,
  messages: Schema.Array(Message).annotations({
    description: "The messages after the last one that the caller has seen, in order; at most 200"
  })
}

/** Somebody else wrote first: the session does not end where the caller expected. Nothing was stored. */
export class SequenceConflictError extends Schema.TaggedError<SequenceConflictError>()(
  "SequenceConflictError",
  {
    ...problem({
      slug: "sequence-conflict",
      title: "The session has gone on",
      status: 409,
      code: "CONFLICT",
      detail:
        "The session does not end where you expected. What came after that is in `messages`; nothing was stored."
    }),
    ...unseen,
    messageCount: Session.fields.messageCount
  },
  problemAnnotations(409, "The session has messages that the caller has not seen")
) {}

/** Somebody else changed the session first: it is not the version that `If-Match` names. Nothing was changed. */
export class VersionConflictError extends Schema.TaggedError<VersionConflictError>()(
  "VersionConflictError",
  {
    ...problem({
      slug: "version-conflict",
      title: "The session has changed",
      status: 412,
      code: "CONFLICT",
      detail:
        "The session is not the version of If-Match. It is in `session` as it is now; nothing was changed."
    }),
    ...unseen,
    session: Session
  },
  problemAnnotations(412, "The session is not the version that If-Match names")
) {}
