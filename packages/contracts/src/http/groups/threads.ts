import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "@effect/platform"
import {
  Thread,
  ThreadKey,
  ThreadList,
  ThreadNotFoundError,
  ThreadOverview,
  UnauthorizedError
} from "@workspace/domain"
import { Schema } from "effect"
import { Identity } from "../middleware/identity.ts"
import { limit, offset } from "../page.ts"
import { parseOptions } from "../parse-options.ts"

const { resourceId, threadId } = ThreadKey.fields

export const ThreadMetadataRequest = Schema.Struct({
  ...ThreadKey.fields,
  metadata: Thread.fields.metadata
}).annotations({ identifier: "ThreadMetadataRequest", parseOptions })

export const DeleteThreadRequest = Schema.Struct(ThreadKey.fields).annotations({
  identifier: "DeleteThreadRequest",
  parseOptions
})

/** Sessions by their callers' own ids. */
export class ThreadsGroup extends HttpApiGroup.make("threads")
  .add(
    HttpApiEndpoint.get("list", "/threads")
      .setUrlParams(
        Schema.Struct({ resourceId, limit, offset: offset("threads") }).annotations({ parseOptions })
      )
      .addSuccess(ThreadList)
      .annotate(OpenApi.Identifier, "listThreads")
      .annotate(OpenApi.Summary, "List the threads of a resource")
      .annotate(
        OpenApi.Description,
        "Last used first: a message by the thread's name and a change of its metadata count as a use. `count` is the number of all of the resource's threads."
      )
  )
  .add(
    HttpApiEndpoint.get("get", "/threads/:threadId")
      .setPath(Schema.Struct({ threadId }))
      .setUrlParams(Schema.Struct({ resourceId }).annotations({ parseOptions }))
      .addSuccess(ThreadOverview)
      .addError(ThreadNotFoundError)
      .annotate(OpenApi.Identifier, "getThread")
      .annotate(OpenApi.Summary, "Find the session of a thread")
      .annotate(
        OpenApi.Description,
        "Its messages are at `GET /api/sessions/{sessionId}`. Names are each user's own: nobody finds somebody else's thread."
      )
  )
  .add(
    HttpApiEndpoint.post("setMetadata", "/threads/metadata")
      .setPayload(ThreadMetadataRequest)
      .addSuccess(ThreadOverview)
      .addError(ThreadNotFoundError)
      .annotate(OpenApi.Identifier, "setThreadMetadata")
      .annotate(OpenApi.Summary, "Replace the metadata of a thread")
      .annotate(OpenApi.Description, "All of it. The session that the thread names has metadata of its own.")
  )
  .add(
    HttpApiEndpoint.del("remove", "/threads")
      .setPayload(DeleteThreadRequest)
      .addSuccess(HttpApiSchema.NoContent.annotations({ description: "The thread is forgotten" }))
      .addError(ThreadNotFoundError)
      .annotate(OpenApi.Identifier, "deleteThread")
      .annotate(OpenApi.Summary, "Forget a thread")
      .annotate(
        OpenApi.Description,
        "Removes the name alone: the session stays, and is found by its id. A session that is deleted takes its threads with it."
      )
  )
  .addError(UnauthorizedError)
  .middleware(Identity)
  .prefix("/api")
  .annotate(OpenApi.Description, "Sessions by your own ids: a thread of a resource") {}
