import { UserId, Workspace } from "@workspace/domain"
import { DateTime, type Effect, Option, Schema } from "effect"
import type { workspaceSessions } from "../schema.ts"
import { rowsOf } from "./session-rows.ts"

const WorkspaceFields = Schema.Struct({
  ...Workspace.fields,
  userId: Schema.OptionFromNullOr(UserId),
  createdAt: Schema.DateTimeUtcFromDate,
  lastActivity: Schema.DateTimeUtcFromDate
})

type WorkspaceRow = Omit<typeof workspaceSessions.$inferSelect, "root" | "slot" | "making">

export const toWorkspace: (row: WorkspaceRow) => Effect.Effect<Workspace> = rowsOf(
  "workspace_sessions",
  WorkspaceFields,
  (fields) => new Workspace(fields, { disableValidation: true })
)

export const fromWorkspace = (workspace: Workspace): WorkspaceRow => ({
  ...workspace,
  userId: Option.getOrNull(workspace.userId),
  branch: Option.getOrNull(workspace.branch),
  sessionId: Option.getOrNull(workspace.sessionId),
  ptyPid: Option.getOrNull(workspace.ptyPid),
  currentPhase: Option.getOrNull(workspace.currentPhase),
  createdAt: DateTime.toDateUtc(workspace.createdAt),
  lastActivity: DateTime.toDateUtc(workspace.lastActivity)
})
