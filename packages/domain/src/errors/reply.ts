import { Schema } from "effect"
import { MessageId, SessionId } from "../types/ids.ts"
import { problem, problemAnnotations } from "./problem.ts"

const exampleSession = "session_1767225600000_V1StGXR8_Z5jdHi6B-myT"

/** An answer is on its way in the session: nothing was stored. The way to it is `GET /api/chat/{sessionId}/stream`. */
export class ReplyRunningError extends Schema.TaggedError<ReplyRunningError>()(
  "ReplyRunningError",
  {
    ...problem({
      slug: "reply-running",
      title: "A reply is on its way",
      status: 409,
      code: "CONFLICT",
      example: `A reply is on its way: join it at /api/chat/${exampleSession}/stream, or stop it. Nothing was stored.`
    }),
    sessionId: SessionId,
    replyId: MessageId
  },
  problemAnnotations(409, "A reply is on its way in the session; nothing was stored")
) {
  override readonly detail =
    `A reply is on its way: join it at /api/chat/${this.sessionId}/stream, or stop it. Nothing was stored.`
}

/** There is no message of the user that could be answered again, or the one that was named is not the newest. */
export class NothingToRegenerateError extends Schema.TaggedError<NothingToRegenerateError>()(
  "NothingToRegenerateError",
  {
    ...problem({
      slug: "nothing-to-regenerate",
      title: "Nothing to answer again",
      status: 400,
      code: "INVALID_STATE",
      detail:
        "Only the newest message of the user can be answered again. To answer an older one, fork the session there."
    }),
    sessionId: SessionId
  },
  problemAnnotations(400, "There is no such message to answer again")
) {}
