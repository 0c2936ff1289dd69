import { Schema } from "effect"
import { Session } from "../types/session.ts"
import { problem, problemAnnotations } from "./problem.ts"

/** The session ends before the sequence at which it was to be forked. */
export class ForkPointError extends Schema.TaggedError<ForkPointError>()(
  "ForkPointError",
  {
    ...problem({
      slug: "fork-point",
      title: "No such message to fork at",
      status: 400,
      code: "VALIDATION_ERROR",
      example: "The session has only 12 messages."
    }),
    messageCount: Session.fields.messageCount
  },
  problemAnnotations(400, "The session ends before this sequence")
) {
  override readonly detail = `The session has only ${this.messageCount} messages.`
}
