import { Context, DateTime, Effect, Layer } from "effect"
import type { UnknownAgentError } from "../errors/agent.ts"
import type { UnauthorizedError } from "../errors/identity.ts"
import type {
  BranchConflictError,
  MaxSessionsError,
  UncommittedWorkError,
  WorkspaceExistsError,
  WorkspaceNotFoundError,
  WorkspacesUnavailableError
} from "../errors/workspace.ts"
import { WorkspaceRepository } from "../ports/workspace-repository.ts"
import { Worktrees } from "../ports/worktrees.ts"
import type { Caller } from "../types/caller.ts"
import {
  type Workspace,
  type WorkspaceChange,
  type WorkspaceId,
  WorkspaceList,
  type WorkspaceRestore
} from "../types/workspace.ts"
import type { CreateWorkspace } from "../types/workspace-input.ts"
import { identified } from "./identified.ts"
import * as WorkspaceCreation from "./workspace-creation.ts"
import * as WorkspaceCutOff from "./workspace-cut-off.ts"
import { about } from "./workspace-log.ts"
import * as WorkspaceRemoval from "./workspace-removal.ts"
import * as WorkspaceRestoring from "./workspace-restoring.ts"
import * as WorkspaceSnapshotKeeping from "./workspace-snapshot-keeping.ts"

type Refused = UnauthorizedError | WorkspacesUnavailableError

/**
 * Named sessions of work over the git worktrees of one root. Each of its calls needs a user, or a trusted caller. A workspace of
 * nobody is everybody's who is one of these.
 *
 * After every change the snapshot file is written. Where that fails, the change stands all the same: the log tells of it,
 * and it is tried again until it succeeds.
 */
export class WorkspaceManager extends Context.Tag("@workspace/domain/WorkspaceManager")<
  WorkspaceManager,
  {
    /** Makes a workspace, with its worktree and its conversation, or nothing at all. */
    readonly create: (
      caller: Caller,
      input: CreateWorkspace
    ) => Effect.Effect<
      Workspace,
      Refused | MaxSessionsError | WorkspaceExistsError | BranchConflictError | UnknownAgentError
    >

    /** Those that are the caller's, or nobody's; oldest first. */
    readonly list: (caller: Caller) => Effect.Effect<WorkspaceList, Refused>

    readonly get: (
      caller: Caller,
      id: WorkspaceId
    ) => Effect.Effect<Workspace, Refused | WorkspaceNotFoundError>

    /** Changes what is given. */
    readonly update: (
      caller: Caller,
      id: WorkspaceId,
      change: WorkspaceChange
    ) => Effect.Effect<Workspace, Refused | WorkspaceNotFoundError>

    /** Notes that something happened in it just now. */
    readonly touch: (
      caller: Caller,
      id: WorkspaceId
    ) => Effect.Effect<Workspace, Refused | WorkspaceNotFoundError>

    /** Removes the worktree and the workspace; its branch and its conversation stay. */
    readonly destroy: (
      caller: Caller,
      id: WorkspaceId,
      options: {
        /** Also with work that is lost then. */
        readonly force: boolean
      }
    ) => Effect.Effect<void, Refused | WorkspaceNotFoundError | UncommittedWorkError>

    /**
     * Brings the store, the repository and the snapshot file together again. What the caller sees of the workspaces comes back
     * as `idle` and without a process, or as `error` where the worktree is gone; worktrees that nobody knows become
     * workspaces of nobody; what a crash cut off is ended.
     */
    readonly restore: (caller: Caller) => Effect.Effect<WorkspaceRestore, Refused>

    /**
     * Restores for all callers what there was when the process began. Nothing happens once a restore has succeeded; what is said of
     * workspaces since then stays.
     */
    readonly restoreOnce: Effect.Effect<void, WorkspacesUnavailableError>
  }
>() {
  /** `limit` is how many the root may have at once, 1 or more. */
  static readonly layer = (options: { readonly limit: number }) =>
    Layer.scoped(
      this,
      Effect.gen(function* () {
        const repository = yield* WorkspaceRepository
        const worktrees = yield* Worktrees
        const snapshot = yield* WorkspaceSnapshotKeeping.make
        const endCutOff = yield* WorkspaceCutOff.make
        const restoring = yield* WorkspaceRestoring.make({ endCutOff, snapshot })
        const create = yield* WorkspaceCreation.make({ endCutOff, limit: options.limit, restoring, snapshot })
        const destroy = yield* WorkspaceRemoval.make({ restoring, snapshot })

        /** The root, for a caller that may use it. */
        const rootFor = (caller: Caller) => Effect.zipRight(identified(caller), worktrees.root)

        const restoreOnce = Effect.flatMap(worktrees.root, restoring.ensure)

        /** So that no restore that is yet to come takes a change back, and the snapshot file has it. */
        const restoredRootFor = (caller: Caller) => Effect.tap(rootFor(caller), restoring.ensure)

        const list = Effect.fn("WorkspaceManager.list")(function* (caller: Caller) {
          const sessions = yield* repository.list(caller, yield* rootFor(caller))
          return new WorkspaceList({ sessions, count: sessions.length, maximum: options.limit })
        })

        const get = Effect.fn("WorkspaceManager.get")(function* (caller: Caller, id: WorkspaceId) {
          yield* Effect.annotateCurrentSpan({ workspaceId: id })
          return yield* repository.get(caller, yield* rootFor(caller), id)
        })

        const update = Effect.fn("WorkspaceManager.update")(function* (
          caller: Caller,
          id: WorkspaceId,
          change: WorkspaceChange
        ) {
          yield* Effect.annotateCurrentSpan({ workspaceId: id })
          const root = yield* restoredRootFor(caller)
          const changed = yield* snapshot.after(root, repository.update(caller, root, id, change))
          if (change.status !== undefined) {
            yield* about(changed)(Effect.logInfo(`A workspace is ${changed.status} now`))
          }
          return changed
        })

        const touch = Effect.fn("WorkspaceManager.touch")(function* (caller: Caller, id: WorkspaceId) {
          yield* Effect.annotateCurrentSpan({ workspaceId: id })
          const root = yield* restoredRootFor(caller)
          return yield* snapshot.after(root, repository.touch(caller, root, id, yield* DateTime.now))
        })

        return {
          create,
          list,
          get,
          update,
          touch,
          destroy,
          restore: restoring.restore,
          restoreOnce: restoreOnce.pipe(Effect.withSpan("WorkspaceManager.restoreOnce"))
        }
      })
    )
}
