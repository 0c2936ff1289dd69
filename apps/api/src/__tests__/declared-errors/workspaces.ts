import * as Domain from "@workspace/domain"
import { Effect, Layer } from "effect"
import { failWith } from "./fail-with.ts"

const callerName = (caller: Domain.Caller) => (caller._tag === "User" ? caller.userId : "defect")

const ofRoot = (caller: Domain.Caller) =>
  callerName(caller) === "rootless"
    ? new Domain.WorkspacesUnavailableError({ reason: "busy" })
    : failWith(callerName(caller))

const ofWorkspace = (caller: Domain.Caller) =>
  callerName(caller) === "unmade" ? new Domain.WorkspaceNotFoundError() : ofRoot(caller)

const newWorkspace = (caller: Domain.Caller) => {
  switch (callerName(caller)) {
    case "crowded":
      return new Domain.MaxSessionsError({ maximum: 4, sessions: [] })
    case "twin":
      return new Domain.WorkspaceExistsError({ name: Domain.WorkspaceName.make("twin") })
    case "elsewhere":
      return new Domain.BranchConflictError({ branch: "elsewhere", reason: "checked-out" })
    case "unlisted":
      return new Domain.UnknownAgentError({ agents: [] })
    default:
      return ofRoot(caller)
  }
}

/** Workspaces that fail as the name of the caller says. */
export const layer = Layer.succeed(Domain.WorkspaceManager, {
  create: newWorkspace,
  list: ofRoot,
  get: ofWorkspace,
  update: ofWorkspace,
  touch: ofWorkspace,
  destroy: (caller) =>
    callerName(caller) === "uncommitted"
      ? new Domain.UncommittedWorkError({
          workspaceId: Domain.WorkspaceId.make("3f0c1f5e-7a52-4d0b-9c3e-5b8f6d1a2c47"),
          changedFiles: 1,
          unnamedCommits: false,
          locked: false
        })
      : ofWorkspace(caller),
  restore: ofRoot,
  restoreOnce: Effect.void
})
