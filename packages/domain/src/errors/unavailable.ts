import { Cause, Chunk, Schema } from "effect"
import { problem, problemAnnotations } from "./problem.ts"

/**
 * The store cannot be reached or is overloaded. Whether a write took place is not known; the same request
 * with the same ids is safe. Stores raise it as a defect: no use case can act on it.
 */
export class UnavailableError extends Schema.TaggedError<UnavailableError>()(
  "UnavailableError",
  problem({
    slug: "unavailable",
    title: "Temporarily unavailable",
    status: 503,
    code: "UNAVAILABLE",
    detail:
      "The service cannot answer at the moment. What the request wrote may be stored: a message with an id of your own can safely be sent again."
  }),
  problemAnnotations(503, "The service cannot answer at the moment")
) {}

/** Whether something failed because the store is away. */
export const isStoreAway = (cause: Cause.Cause<unknown>): boolean =>
  Chunk.some(Cause.defects(cause), (defect) => defect instanceof UnavailableError)
