import { Schema } from "effect"
import { UserId } from "../types/ids.ts"
import { problem, problemAnnotations } from "./problem.ts"

/** The request needs a user, and brings no token or one that is not good. It is not said what is wrong with it. */
export class UnauthorizedError extends Schema.TaggedError<UnauthorizedError>()(
  "UnauthorizedError",
  problem({
    slug: "unauthorized",
    title: "Not signed in",
    status: 401,
    code: "UNAUTHORIZED",
    detail: "This needs a valid bearer token."
  }),
  problemAnnotations(401, "No token, or one that is not good")
) {}

/** The named user is not the caller. */
export class ForeignUserError extends Schema.TaggedError<ForeignUserError>()(
  "ForeignUserError",
  {
    ...problem({
      slug: "foreign-user",
      title: "Not your user id",
      status: 403,
      code: "FORBIDDEN",
      detail: "A session can be started for yourself only."
    }),
    userId: UserId
  },
  problemAnnotations(403, "The user id is not the caller's own")
) {}
