import { Schema } from "effect"
import { SessionId } from "../types/ids.ts"
import { problem, problemAnnotations } from "./problem.ts"

/** The session has no scored answer, or not yet. */
export class NotScoredError extends Schema.TaggedError<NotScoredError>()(
  "NotScoredError",
  {
    ...problem({
      slug: "not-scored",
      title: "Nothing is scored yet",
      status: 400,
      code: "INVALID_STATE",
      example: "Session session_1767225600000_V1StGXR8_Z5jdHi6B-myT has no scored answers yet."
    }),
    sessionId: SessionId
  },
  problemAnnotations(400, "Nothing of the session is scored yet")
) {
  override readonly detail = `Session ${this.sessionId} has no scored answers yet.`
}
