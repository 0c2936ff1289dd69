import { Schema } from "effect"
import { SessionId } from "../types/ids.ts"
import { problem, problemAnnotations } from "./problem.ts"

/** The token is not the one that the session can be claimed with. */
export class ClaimRefusedError extends Schema.TaggedError<ClaimRefusedError>()(
  "ClaimRefusedError",
  {
    ...problem({
      slug: "claim-refused",
      title: "Not the session's claim token",
      status: 403,
      code: "FORBIDDEN",
      detail: "The session can be claimed only with the token that its start gave out."
    }),
    sessionId: SessionId
  },
  problemAnnotations(403, "The claim token is not the session's")
) {}
