import { Data, Schema } from "effect"
import { SessionId } from "../types/ids.ts"
import { problem, problemAnnotations } from "./problem.ts"

/** What is wrong at one place of a file. It never repeats what stands there. */
export const ArchiveProblem = Schema.Struct({
  path: Schema.String.annotations({
    description: "The place, as `a.b.0`; empty for the record as a whole",
    examples: ["messages.2.content"]
  }),
  message: Schema.String.annotations({ description: "What it must be", examples: ["is required"] })
})
export type ArchiveProblem = typeof ArchiveProblem.Type

/** How many places of one record are told of. */
export const maxArchiveProblems = 20

/** A text that is no session: not JSON, of another format, altered, cut off, or with values that no session has. */
export class ArchiveFormatError extends Data.TaggedError("ArchiveFormatError")<{
  /** At least one, at most `maxArchiveProblems`. */
  readonly problems: ReadonlyArray<ArchiveProblem>
}> {}

/** No such saved session, or one of somebody else: the two are told apart by nobody. */
export class SavedSessionNotFoundError extends Schema.TaggedError<SavedSessionNotFoundError>()(
  "SavedSessionNotFoundError",
  {
    ...problem({
      slug: "saved-session-not-found",
      title: "Saved session not found",
      status: 404,
      code: "NOT_FOUND",
      example: "No saved session session_1767225600000_V1StGXR8_Z5jdHi6B-myT is visible to you."
    }),
    sessionId: SessionId
  },
  problemAnnotations(404, "No such saved session is visible to the caller")
) {
  override readonly detail = `No saved session ${this.sessionId} is visible to you.`
}

/** The file of a saved session cannot be read as one. */
export class UnreadableArchiveError extends Schema.TaggedError<UnreadableArchiveError>()(
  "UnreadableArchiveError",
  {
    ...problem({
      slug: "unreadable-archive",
      title: "The saved session cannot be read",
      status: 409,
      code: "INVALID_STATE",
      detail:
        "The file of the saved session is damaged, or of another format. Saving the session replaces it."
    }),
    sessionId: SessionId,
    details: Schema.Array(ArchiveProblem)
  },
  problemAnnotations(409, "The file of the saved session is damaged")
) {}

/** The session is there already, and is not the one that was saved. */
export class SessionExistsError extends Schema.TaggedError<SessionExistsError>()(
  "SessionExistsError",
  {
    ...problem({
      slug: "session-exists",
      title: "Session exists",
      status: 409,
      code: "CONFLICT",
      example:
        "Session session_1767225600000_V1StGXR8_Z5jdHi6B-myT is there already, and does not begin as the saved one."
    }),
    sessionId: SessionId
  },
  problemAnnotations(409, "Another session of this id is there already")
) {
  override readonly detail =
    `Session ${this.sessionId} is there already, and does not begin as the saved one.`
}

/** Files cannot be written or read at the moment: the disk is full, say. The sessions themselves are not concerned. */
export class ArchiveUnavailableError extends Schema.TaggedError<ArchiveUnavailableError>()(
  "ArchiveUnavailableError",
  problem({
    slug: "archive-unavailable",
    title: "Saved sessions are not available",
    status: 503,
    code: "UNAVAILABLE",
    detail: "Sessions can be neither saved nor read from their files at the moment. Talks are not concerned."
  }),
  problemAnnotations(503, "The files of saved sessions cannot be written or read at the moment")
) {}
