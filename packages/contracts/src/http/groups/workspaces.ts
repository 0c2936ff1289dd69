import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "@effect/platform"
import {
  BranchConflictError,
  IdempotencyMismatchError,
  MaxSessionsError,
  RequestRunningError,
  UnauthorizedError,
  UncommittedWorkError,
  UnknownAgentError,
  Workspace,
  WorkspaceExistsError,
  WorkspaceList,
  WorkspaceNotFoundError,
  WorkspaceRestore,
  WorkspacesUnavailableError
} from "@workspace/domain"
import { Schema } from "effect"
import { booleanParam } from "../boolean-param.ts"
import { created } from "../created.ts"
import { IdempotencyHeaders } from "../idempotency-key.ts"
import { Identity } from "../middleware/identity.ts"
import { parseOptions } from "../parse-options.ts"
import { WorkspacePath } from "../workspace-path.ts"
import { CreateWorkspaceRequest, UpdateWorkspaceRequest } from "./workspace-requests.ts"

/** Sessions of work over git worktrees. */
export class WorkspacesGroup extends HttpApiGroup.make("workspaces")
  .add(
    HttpApiEndpoint.get("list", "/workspaces")
      .addSuccess(WorkspaceList)
      .annotate(OpenApi.Identifier, "listWorkspaces")
      .annotate(OpenApi.Summary, "List your workspaces")
      .annotate(OpenApi.Description, "Oldest first: those that are yours, and those that are nobody's.")
  )
  .add(
    HttpApiEndpoint.post("create", "/workspaces")
      .setHeaders(IdempotencyHeaders)
      .setPayload(CreateWorkspaceRequest)
      .addSuccess(created("Workspace", Workspace))
      .addError(MaxSessionsError)
      .addError(WorkspaceExistsError)
      .addError(BranchConflictError)
      .addError(UnknownAgentError)
      .addError(RequestRunningError)
      .addError(IdempotencyMismatchError)
      .annotate(OpenApi.Identifier, "createWorkspace")
      .annotate(OpenApi.Summary, "Create a workspace")
      .annotate(
        OpenApi.Description,
        "Makes a worktree, and a conversation that is its history. Without a name it gets the next one of the day, `feature-YYYY-MM-DD-NNN`; without a branch, `feature/{name}`. A branch that there is already is used as it is, unless another worktree has it; a new one begins where the root's HEAD is, and one that you name and that exactly one remote has begins there and tracks it. Whatever fails, nothing is left of it. With an `Idempotency-Key` a retry makes no second one."
      )
  )
  .add(
    HttpApiEndpoint.post("restore", "/workspaces/restore")
      .addSuccess(WorkspaceRestore)
      .annotate(OpenApi.Identifier, "restoreWorkspaces")
      .annotate(OpenApi.Summary, "Restore the workspaces")
      .annotate(
        OpenApi.Description,
        "What the server does when it starts: brings the database, the repository and the snapshot file together again. Your workspaces come back as `idle` and without a process, or as `error` where the worktree is gone; worktrees that nobody knew become workspaces of nobody; what a crash cut off is ended."
      )
  )
  .add(
    HttpApiEndpoint.get("get", "/workspaces/:workspaceId")
      .setPath(WorkspacePath)
      .addSuccess(Workspace)
      .addError(WorkspaceNotFoundError)
      .annotate(OpenApi.Identifier, "getWorkspace")
      .annotate(OpenApi.Summary, "Get a workspace")
      .annotate(
        OpenApi.Description,
        "Its history is the session of `sessionId`, at `GET /api/sessions/{sessionId}`."
      )
  )
  .add(
    HttpApiEndpoint.patch("update", "/workspaces/:workspaceId")
      .setPath(WorkspacePath)
      .setPayload(UpdateWorkspaceRequest)
      .addSuccess(Workspace)
      .addError(WorkspaceNotFoundError)
      .annotate(OpenApi.Identifier, "updateWorkspace")
      .annotate(OpenApi.Summary, "Change a workspace")
      .annotate(
        OpenApi.Description,
        "Changes the fields that are given; `null` removes a process or a phase, and metadata is replaced as a whole."
      )
  )
  .add(
    HttpApiEndpoint.post("touch", "/workspaces/:workspaceId/activity")
      .setPath(WorkspacePath)
      .addSuccess(Workspace)
      .addError(WorkspaceNotFoundError)
      .annotate(OpenApi.Identifier, "recordWorkspaceActivity")
      .annotate(OpenApi.Summary, "Note that something happens in a workspace")
      .annotate(OpenApi.Description, "Sets `lastActivity` to now, and changes nothing else.")
  )
  .add(
    HttpApiEndpoint.del("destroy", "/workspaces/:workspaceId")
      .setPath(WorkspacePath)
      .setUrlParams(
        Schema.Struct({
          force: booleanParam("Also with work that is lost then")
        }).annotations({ parseOptions })
      )
      .addSuccess(
        HttpApiSchema.NoContent.annotations({ description: "The workspace and its worktree are gone" })
      )
      .addError(WorkspaceNotFoundError)
      .addError(UncommittedWorkError)
      .annotate(OpenApi.Identifier, "destroyWorkspace")
      .annotate(OpenApi.Summary, "Destroy a workspace")
      .annotate(
        OpenApi.Description,
        "Removes the worktree and frees the slot. The branch with its commits and the conversation stay. What no branch holds yet would be lost: the answer is 409 then, unless `force` is true."
      )
  )
  .addError(UnauthorizedError)
  .addError(WorkspacesUnavailableError)
  .middleware(Identity)
  .prefix("/api")
  .annotate(OpenApi.Description, "Named sessions of work over git worktrees") {}
