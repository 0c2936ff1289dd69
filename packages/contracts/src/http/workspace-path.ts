import { WorkspaceId } from "@workspace/domain"
import { Schema } from "effect"

/** In the place of a workspace's id: no workspace ever has it. */
const NoWorkspaceId = Schema.Literal("unknown").pipe(Schema.brand("WorkspaceId"))
const noWorkspaceId = NoWorkspaceId.make("unknown")
const isWorkspaceId = Schema.is(WorkspaceId)

/** A workspace id in a path. A segment that cannot be one names a workspace that does not exist. */
const WorkspaceIdParam = Schema.transform(
  Schema.String,
  Schema.Union(Schema.typeSchema(WorkspaceId), NoWorkspaceId),
  {
    strict: true,
    decode: (segment) => (isWorkspaceId(segment) ? segment : noWorkspaceId),
    encode: (id) => id
  }
).annotations({
  description: "The workspace's id",
  examples: [WorkspaceId.make("3f0c1f5e-7a52-4d0b-9c3e-5b8f6d1a2c47")]
})

export const WorkspacePath = Schema.Struct({ workspaceId: WorkspaceIdParam })
