import { AgentName, BranchName, Workspace } from "@workspace/domain"
import { Schema } from "effect"
import { optional } from "../optional.ts"
import { parseOptions } from "../parse-options.ts"

const { currentPhase, metadata, name, ptyPid, status } = Workspace.fields

export const CreateWorkspaceRequest = Schema.Struct({
  name: optional(name),
  branch: optional(BranchName),
  agent: optional(AgentName.annotations({ description: "The agent that answers in its conversation" }))
}).annotations({ identifier: "CreateWorkspaceRequest", parseOptions })

export const UpdateWorkspaceRequest = Schema.Struct({
  status: optional(status),
  ptyPid: optional(ptyPid),
  currentPhase: optional(currentPhase),
  metadata: optional(metadata)
}).annotations({ identifier: "UpdateWorkspaceRequest", parseOptions })
