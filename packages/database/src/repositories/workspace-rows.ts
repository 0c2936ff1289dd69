import { UserId, Workspace } from "@workspace/domain"
import { DateTime, Effect, Option, Schema } from "effect"
import type { workspaceSessions } from "../schema.ts"
import { unfit } from "./session-rows.ts"

const WorkspaceFields = Schema.Struct({
  ...Workspace.fields,
  userId: Schema.OptionFromNullOr(UserId),
  createdAt: Schema.DateTimeUtcFromDate,
  lastActivity: Schema.DateTimeUtcFromDate
})

type WorkspaceRow = Omit<typeof workspaceSessions.$inferSelect, "root" | "slot" | "making">

/** A row that is not a workspace is a defect of ours, and never part of an answer. */
export const toWorkspace = (row: WorkspaceRow): Effect.Effect<Workspace> =>
  Schema.decode(WorkspaceFields)(row).pipe(
    Effect.mapBoth({
      onFailure: unfit("workspace_sessions"),
      onSuccess: (fields) => new Workspace(fields, { disableValidation: true })
    }),
    Effect.orDie
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
