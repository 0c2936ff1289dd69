import { Schema } from "effect"
import { ClaimToken } from "./claim.ts"
import { Session } from "./session.ts"

/** What whoever starts a session gets. */
export class StartedSession extends Schema.Class<StartedSession>("StartedSession")({
  sessionId: Session.fields.id,
  createdAt: Session.fields.createdAt,
  /** For a session of nobody: with it a user makes the session its own, once. It is shown here only. */
  claimToken: Schema.optionalWith(ClaimToken, { as: "Option", exact: true })
}) {}
