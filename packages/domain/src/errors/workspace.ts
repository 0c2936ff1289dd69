import { Schema } from "effect"
import { Workspace, WorkspaceId, WorkspaceName } from "../types/workspace.ts"
import { problem, problemAnnotations } from "./problem.ts"

/** No such workspace, or one of somebody else: the two are told apart by nobody. */
export class WorkspaceNotFoundError extends Schema.TaggedError<WorkspaceNotFoundError>()(
  "WorkspaceNotFoundError",
  problem({
    slug: "workspace-not-found",
    title: "Workspace not found",
    status: 404,
    code: "NOT_FOUND",
    detail: "No such workspace is visible to you."
  }),
  problemAnnotations(404, "No such workspace is visible to the caller")
) {}

/** The root has as many workspaces as it may. Nothing was made. */
export class MaxSessionsError extends Schema.TaggedError<MaxSessionsError>()(
  "MaxSessionsError",
  {
    ...problem({
      slug: "max-sessions",
      title: "Too many workspaces",
      status: 409,
      code: "MAX_SESSIONS",
      example: "Maximum 4 sessions supported. Destroy a session to create a new one."
    }),
    maximum: Schema.Positive.pipe(Schema.int()).annotations({
      description: "How many there may be at once, whosever they are",
      examples: [4]
    }),
    sessions: Schema.Array(Workspace).annotations({
      description: "Those that you could destroy, least recently active first"
    })
  },
  problemAnnotations(409, "The root has as many workspaces as it may")
) {
  override readonly detail =
    `Maximum ${this.maximum} sessions supported. Destroy a session to create a new one.`
}

/** A workspace of the root has this name already. Nothing was made. */
export class WorkspaceExistsError extends Schema.TaggedError<WorkspaceExistsError>()(
  "WorkspaceExistsError",
  {
    ...problem({
      slug: "workspace-exists",
      title: "Workspace exists",
      status: 409,
      code: "CONFLICT",
      example: "A workspace is called search-box already."
    }),
    name: WorkspaceName
  },
  problemAnnotations(409, "A workspace of the root has this name already")
) {
  override readonly detail = `A workspace is called ${this.name} already.`
}

/** The repository cannot give the workspace this branch. Nothing was made. */
export class BranchConflictError extends Schema.TaggedError<BranchConflictError>()(
  "BranchConflictError",
  {
    ...problem({
      slug: "branch-conflict",
      title: "Branch not available",
      status: 409,
      code: "CONFLICT",
      example: "Branch feature/search-box is checked out in another worktree."
    }),
    branch: Schema.String.annotations({ examples: ["feature/search-box"] }),
    reason: Schema.Literal("checked-out", "name-taken").annotations({
      description:
        "`checked-out`: another worktree has it; `name-taken`: a branch of the repository is in the way of its name, as `feature` is of `feature/a`"
    })
  },
  problemAnnotations(409, "The repository cannot give the workspace this branch")
) {
  override readonly detail =
    this.reason === "checked-out"
      ? `Branch ${this.branch} is checked out in another worktree.`
      : `Branch ${this.branch} cannot be made beside the branches that there are.`
}

/** The worktree has work that would be lost with it, or somebody has locked it. Nothing was removed. */
export class UncommittedWorkError extends Schema.TaggedError<UncommittedWorkError>()(
  "UncommittedWorkError",
  {
    ...problem({
      slug: "uncommitted-work",
      title: "Uncommitted work",
      status: 409,
      code: "INVALID_STATE",
      example: "The worktree has work that would be lost. Commit it to a branch, or destroy with force=true."
    }),
    workspaceId: WorkspaceId,
    changedFiles: Schema.NonNegativeInt.annotations({
      description: "Changed, added, removed and untracked files that git does not ignore",
      examples: [1]
    }),
    unnamedCommits: Schema.Boolean.annotations({
      description:
        "Whether its HEAD is at a commit that no branch and no tag holds, or changes are put aside until a rebase or merge has ended",
      examples: [false]
    }),
    locked: Schema.Boolean.annotations({
      description: "Whether somebody said with `git worktree lock` that it must stay",
      examples: [false]
    })
  },
  problemAnnotations(409, "The worktree has work that would be lost with it, or is locked")
) {
  override readonly detail =
    this.changedFiles > 0 || this.unnamedCommits
      ? "The worktree has work that would be lost. Commit it to a branch, or destroy with force=true."
      : "The worktree is locked. Unlock it with `git worktree unlock`, or destroy with force=true."
}

const reasons = {
  "not-configured": "This server has no WORKSPACE_ROOT.",
  "no-git": "The server cannot run git.",
  "not-a-repository": "WORKSPACE_ROOT is not the top folder of a git repository.",
  busy: "Another process is at work in WORKSPACE_ROOT, or git's own locks are held. Nothing was done; ask again in a while.",
  failed:
    "git or the file system refused; the log has it under this answer's x-request-id. Nothing was done that is not undone."
} as const

/** Workspaces cannot be used at the moment, or at all on this server. Conversations are not concerned. */
export class WorkspacesUnavailableError extends Schema.TaggedError<WorkspacesUnavailableError>()(
  "WorkspacesUnavailableError",
  {
    ...problem({
      slug: "workspaces-unavailable",
      title: "Workspaces are not available",
      status: 503,
      code: "UNAVAILABLE",
      example: reasons["not-configured"]
    }),
    reason: Schema.Literal("not-configured", "no-git", "not-a-repository", "busy", "failed")
  },
  problemAnnotations(503, "Workspaces cannot be used on this server, or at the moment")
) {
  override readonly detail = reasons[this.reason]
}
