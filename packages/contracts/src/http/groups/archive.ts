import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "@effect/platform"
import {
  ArchiveUnavailableError,
  IdempotencyMismatchError,
  RequestRunningError,
  SavedSession,
  SavedSessionList,
  SavedSessionNotFoundError,
  Session,
  SessionCursor,
  SessionExistsError,
  SessionFilter,
  SessionNotFoundError,
  UnauthorizedError,
  UnreadableArchiveError
} from "@workspace/domain"
import { Schema, Struct } from "effect"
import { anonymousToo, conditional, withEntityTag } from "../../open-api/annotations.ts"
import { asFile, takingFiles } from "../../open-api/files.ts"
import { booleanParam } from "../boolean-param.ts"
import { created } from "../created.ts"
import { FileTooLargeError, ImportsBusyError, UnsupportedFileTypeError } from "../errors.ts"
import { IdempotencyHeaders } from "../idempotency-key.ts"
import { Identity } from "../middleware/identity.ts"
import { optional } from "../optional.ts"
import { limit, offset } from "../page.ts"
import { parseOptions } from "../parse-options.ts"
import { SessionPath } from "../session-path.ts"
import { fileTypes, SessionFile, SessionsFile, UploadedFile } from "./archive-files.ts"
import { ImportParams, ImportReport } from "./archive-imports.ts"

const filter = Struct.omit(SessionFilter, "q", "parentId")

const SaveSessionRequest = Schema.Struct({ sessionId: Session.fields.id }).annotations({
  identifier: "SaveSessionRequest",
  parseOptions
})

const SavedSessionCount = Schema.Struct({
  count: Schema.NonNegativeInt.annotations({
    description: "How many saved sessions the filter finds",
    examples: [1]
  })
}).annotations({ identifier: "SavedSessionCount", description: "How many saved sessions there are" })

/** Sessions as files. */
export class ArchiveGroup extends HttpApiGroup.make("archive")
  .add(
    HttpApiEndpoint.post("save", "/session/save")
      .setPayload(SaveSessionRequest)
      .addSuccess(created("SavedSession", SavedSession))
      .addError(SessionNotFoundError)
      .addError(ArchiveUnavailableError)
      .annotate(OpenApi.Identifier, "saveSession")
      .annotate(OpenApi.Override, anonymousToo)
      .annotate(OpenApi.Summary, "Save a session as a file")
      .annotate(
        OpenApi.Description,
        "As it is at this moment, in the place of what was saved of it before. The file is in the server's `ARCHIVE_DIR`, and outlives the session."
      )
  )
  .add(
    HttpApiEndpoint.get("load", "/session/load/:sessionId")
      .setPath(SessionPath)
      .addSuccess(Session)
      .addError(SavedSessionNotFoundError)
      .addError(UnreadableArchiveError)
      .addError(SessionExistsError)
      .addError(ArchiveUnavailableError)
      .annotate(OpenApi.Identifier, "loadSavedSession")
      .annotate(OpenApi.Transform, withEntityTag)
      .annotate(OpenApi.Override, anonymousToo)
      .annotate(OpenApi.Summary, "Restore a session from its file")
      .annotate(
        OpenApi.Description,
        "Under its id, with its messages, times, order and scores: yours where the file is yours, and nobody's where it is nobody's. A session that is there already, also one that has gone on, stays as it is; another one of this id is a conflict."
      )
  )
  .add(
    HttpApiEndpoint.get("list", "/session/list")
      .setUrlParams(
        Schema.Struct({
          ...filter,
          limit,
          cursor: optional(SessionCursor),
          offset: offset("saved sessions")
        }).annotations({ parseOptions })
      )
      .addSuccess(SavedSessionList)
      .addError(ArchiveUnavailableError)
      .annotate(OpenApi.Identifier, "listSavedSessions")
      .annotate(OpenApi.Summary, "List your saved sessions")
      .annotate(
        OpenApi.Description,
        "Last changed first. Files of nobody's sessions are in nobody's list. What cannot be read as a saved session is passed over."
      )
  )
  .add(
    HttpApiEndpoint.get("count", "/session/count")
      .setUrlParams(Schema.Struct(filter).annotations({ parseOptions }))
      .addSuccess(SavedSessionCount)
      .addError(ArchiveUnavailableError)
      .annotate(OpenApi.Identifier, "countSavedSessions")
      .annotate(OpenApi.Summary, "Count your saved sessions")
      .annotate(OpenApi.Description, "Those that the list with the same filters has.")
  )
  .add(
    HttpApiEndpoint.del("remove", "/session/:sessionId")
      .setPath(SessionPath)
      .addSuccess(HttpApiSchema.NoContent.annotations({ description: "The file is gone" }))
      .addError(SavedSessionNotFoundError)
      .addError(ArchiveUnavailableError)
      .annotate(OpenApi.Identifier, "deleteSavedSession")
      .annotate(OpenApi.Override, anonymousToo)
      .annotate(OpenApi.Summary, "Delete the file of a session")
      .annotate(OpenApi.Description, "The file alone: the session, if there is one, stays.")
  )
  .add(
    HttpApiEndpoint.get("exportAll", "/sessions/export")
      .setUrlParams(
        Schema.Struct({
          ...filter,
          gzip: booleanParam("A gzip file, whatever the size")
        }).annotations({ parseOptions })
      )
      .addSuccess(SessionsFile)
      .annotate(OpenApi.Identifier, "exportSessions")
      .annotate(OpenApi.Transform, asFile(fileTypes.many))
      .annotate(OpenApi.Summary, "Export your sessions")
      .annotate(
        OpenApi.Description,
        "One a line, each as of the moment when its line begins. It is sent as fast as you read it. A session that is deleted meanwhile is left out; where that happens in the middle of its line the connection is cut, and the file is not whole. More than 50 KiB are compressed for who accepts gzip."
      )
  )
  .add(
    HttpApiEndpoint.get("export", "/sessions/:sessionId/export")
      .setPath(SessionPath)
      .addSuccess(SessionFile)
      .addError(SessionNotFoundError)
      .annotate(OpenApi.Identifier, "exportSession")
      .annotate(OpenApi.Transform, (operation) => asFile(fileTypes.one)(conditional(operation)))
      .annotate(OpenApi.Override, anonymousToo)
      .annotate(OpenApi.Summary, "Export a session")
      .annotate(
        OpenApi.Description,
        "As of one moment, with all that an import needs to make the same session of it; whose it is, is not in it. The same state of a session gives the same bytes. More than 50 KiB are compressed for who accepts gzip."
      )
  )
  .add(
    HttpApiEndpoint.post("import", "/sessions/import")
      .setHeaders(IdempotencyHeaders)
      .setUrlParams(ImportParams)
      .setPayload(UploadedFile)
      .addSuccess(ImportReport)
      .addError(ArchiveUnavailableError)
      .addError(FileTooLargeError)
      .addError(UnsupportedFileTypeError)
      .addError(ImportsBusyError)
      .addError(RequestRunningError)
      .addError(IdempotencyMismatchError)
      .annotate(OpenApi.Identifier, "importSessions")
      .annotate(OpenApi.Transform, takingFiles(fileTypes.any))
      .annotate(OpenApi.Summary, "Import sessions")
      .annotate(
        OpenApi.Description,
        "Stores the sessions of a file, each whole or not at all, under their ids, as yours: whose they were does not count. A session that is there already, also one that has gone on since, stays as it is. Where another one has its id, the record is a conflict; with `onConflict=copy` it becomes a session of its own under a new id, the same for the same file. The same file again changes nothing.\n\nThe file is JSON of one session or NDJSON of any number, at most 256 MiB, as gzip or not; decompressed at most 1 GiB, and 64 MiB a session. A record that is no session does not keep the others from being imported; where no record is one, the answer is 400. With `dryRun` nothing is stored. With `merge` all records, at most 100 and 32 MiB, become one session: its messages in order of time, each with its `source` in its metadata; one bad record, and nothing is merged."
      )
  )
  .addError(UnauthorizedError)
  .middleware(Identity)
  .prefix("/api")
  .annotate(OpenApi.Description, "Sessions as files: saved, restored, exported, imported, merged") {}
