import { HttpApi, OpenApi } from "@effect/platform"
import { UnavailableError } from "@workspace/domain"
import { ChatPart } from "./http/chat-parts.ts"
import {
  InternalError,
  PayloadTooLargeError,
  UnsupportedMediaTypeError,
  ValidationError
} from "./http/errors.ts"
import { ArchiveGroup } from "./http/groups/archive.ts"
import { AssessmentGroup } from "./http/groups/assessment.ts"
import { ChatGroup } from "./http/groups/chat.ts"
import { SessionsGroup } from "./http/groups/sessions.ts"
import { SystemGroup } from "./http/groups/system.ts"
import { ThreadsGroup } from "./http/groups/threads.ts"
import { WorkspacesGroup } from "./http/groups/workspaces.ts"
import { correctDocument } from "./open-api/document.ts"

/** The whole HTTP API, as servers implement and clients call it. */
export class BigOceanApi extends HttpApi.make("BigOceanApi")
  .add(AssessmentGroup)
  .add(SessionsGroup)
  .add(ChatGroup)
  .add(ThreadsGroup)
  .add(ArchiveGroup)
  .add(WorkspacesGroup)
  .add(SystemGroup)
  .addError(ValidationError)
  .addError(PayloadTooLargeError)
  .addError(UnsupportedMediaTypeError)
  .addError(InternalError)
  .addError(UnavailableError)
  .annotate(OpenApi.Title, "Big Ocean")
  .annotate(OpenApi.Version, "0.1.0")
  .annotate(
    OpenApi.Description,
    "Conversation sessions that start, stop and resume from exactly the same point.\n\nA bearer token names the user. Without one a caller is anonymous, and may start a session and use it by its id until somebody claims it. On a server with `AUTH_MODE=off`, which is for one's own machine, callers name themselves in `x-user-id` instead.\n\nErrors are problem documents (RFC 9457), told apart by `_tag` and `code`. Unknown fields of a request are ignored. A body may have at most 1 MiB; a file to import, 256 MiB."
  )
  .annotate(OpenApi.License, { name: "MIT", url: "https://opensource.org/license/mit" })
  .annotate(OpenApi.Servers, [{ url: "/", description: "This server" }])
  .annotate(HttpApi.AdditionalSchemas, [ChatPart])
  .annotate(OpenApi.Transform, correctDocument) {}
