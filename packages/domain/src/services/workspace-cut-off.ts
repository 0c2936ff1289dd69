import { Effect, Option, Schema } from "effect"
import type { WorkspacesUnavailableError } from "../errors/workspace.ts"
import { WorkspaceRepository } from "../ports/workspace-repository.ts"
import { Worktrees } from "../ports/worktrees.ts"
import { Caller } from "../types/caller.ts"
import { BranchName, branchOf, type Workspace, type WorkspaceId } from "../types/workspace.ts"
import { about, orLeave } from "./workspace-log.ts"

const isBranchName = Schema.is(BranchName)

/** A creation that did not come to its end. */
export interface CutOff {
  readonly workspace: Workspace
  /** Whether nothing is left of it: otherwise the log has the reason, and it is for the next time. */
  readonly isGone: boolean
}

/** Whoever has the root for himself knows of all that has not ended that it never will by itself. */
export interface EndCutOff {
  /**
   * Undoes creations; but those of `acknowledged` had come to their end, of which the store has lost its knowledge. Gives those that
   * are none of these.
   */
  readonly creations: (
    root: string,
    acknowledged?: ReadonlySet<WorkspaceId>
  ) => Effect.Effect<ReadonlyArray<CutOff>>
  /** Ends in the store the removals for which there was no way back. What is left of the worktrees is to be cleared. */
  readonly removals: (
    root: string
  ) => Effect.Effect<
    ReadonlyArray<{ readonly id: WorkspaceId; readonly isGone: boolean }>,
    WorkspacesUnavailableError
  >
}

export const make = Effect.gen(function* (): Effect.fn.Return<
  EndCutOff,
  never,
  WorkspaceRepository | Worktrees
> {
  const repository = yield* WorkspaceRepository
  const worktrees = yield* Worktrees

  const finish = (root: string, workspace: Workspace) =>
    repository
      .finish(root, workspace.id)
      .pipe(
        Effect.zipRight(
          Effect.logWarning("The creation of a workspace had ended, as the snapshot file tells: it is kept")
        ),
        about(workspace),
        Effect.as([])
      )

  return {
    creations: Effect.fnUntraced(function* (root, acknowledged = new Set()) {
      const ended = yield* Effect.forEach(yield* repository.unfinished(root), ({ making, workspace }) => {
        if (acknowledged.has(workspace.id)) return finish(root, workspace)
        const branch = Option.getOrElse(Option.filter(workspace.branch, isBranchName), () =>
          branchOf(workspace.name)
        )
        return worktrees.discard({ id: workspace.id, branch, making }).pipe(
          Effect.zipRight(repository.forget(root, workspace.id)),
          Effect.zipRight(Effect.logInfo("The creation of a workspace that was cut off is undone")),
          orLeave(
            workspace,
            "The creation of a workspace could not be undone, and is left for the next time"
          ),
          Effect.map((done): ReadonlyArray<CutOff> => [{ workspace, isGone: Option.isSome(done) }])
        )
      })
      return ended.flat()
    }),

    removals: Effect.fnUntraced(function* (root) {
      return yield* Effect.forEach(yield* worktrees.retired, (id) =>
        repository.remove(Caller.Trusted(), root, id).pipe(
          Effect.zipRight(Effect.logInfo("The destruction of a workspace that was cut off is ended")),
          Effect.catchTag("WorkspaceNotFoundError", () => Effect.void),
          orLeave({ id }, "A workspace whose worktree is gone could not be removed yet"),
          Effect.map((done) => ({ id, isGone: Option.isSome(done) }))
        )
      )
    })
  }
})
