import { Schema } from "effect"
import { ThreadKey } from "../types/thread.ts"
import { problem, problemAnnotations } from "./problem.ts"

/** The caller has no such thread. */
export class ThreadNotFoundError extends Schema.TaggedError<ThreadNotFoundError>()(
  "ThreadNotFoundError",
  {
    ...problem({
      slug: "thread-not-found",
      title: "Thread not found",
      status: 404,
      code: "NOT_FOUND",
      detail: "You have no thread of this threadId and resourceId."
    }),
    ...ThreadKey.fields
  },
  problemAnnotations(404, "The caller has no such thread")
) {}

/** The caller has a thread of this name already, and it is not this one. */
export class ThreadExistsError extends Schema.TaggedError<ThreadExistsError>()(
  "ThreadExistsError",
  {
    ...problem({
      slug: "thread-exists",
      title: "Thread exists",
      status: 409,
      code: "CONFLICT",
      detail: "You have a thread of this threadId and resourceId already. Nothing was stored."
    }),
    ...ThreadKey.fields
  },
  problemAnnotations(409, "The caller has such a thread already")
) {}
