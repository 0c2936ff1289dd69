import { Effect, Option } from "effect"
import { UncommittedWorkError } from "../errors/workspace.ts"
import { WorkspaceRepository } from "../ports/workspace-repository.ts"
import { Worktrees } from "../ports/worktrees.ts"
import type { Caller } from "../types/caller.ts"
import type { Workspace, WorkspaceId } from "../types/workspace.ts"
import { identified } from "./identified.ts"
import { about } from "./workspace-log.ts"
import type { Restoring } from "./workspace-restoring.ts"
import type { SnapshotKeeping } from "./workspace-snapshot-keeping.ts"

export const make = Effect.fnUntraced(function* (options: {
  readonly restoring: Restoring
  readonly snapshot: SnapshotKeeping
}) {
  const { restoring, snapshot } = options
  const repository = yield* WorkspaceRepository
  const worktrees = yield* Worktrees

  const refuseLoss = Effect.fnUntraced(function* ({ id, worktree }: Workspace) {
    const changes = yield* worktrees.changes(worktree)
    if (Option.isNone(changes)) return
    const { changedFiles, locked, unnamedCommits } = changes.value
    if (changedFiles === 0 && !unnamedCommits && !locked) return
    yield* Effect.logInfo("A workspace was not destroyed: it has what must not be lost")
    return yield* new UncommittedWorkError({ workspaceId: id, ...changes.value })
  })

  /**
   * Once the worktree is retired there is no way back: what is cut off after that is ended by the next creation, removal or
   * restore.
   */
  const remove = Effect.fnUntraced(function* (caller: Caller, root: string, workspace: Workspace) {
    const { id, worktree } = workspace
    yield* worktrees.retire(id, worktree)
    const removing = repository.remove(caller, root, id)
    yield* snapshot.after(root, Effect.zipLeft(removing, Effect.logInfo("A workspace was destroyed")), [id])
  }, Effect.uninterruptible)

  return Effect.fn("WorkspaceManager.destroy")(function* (
    caller: Caller,
    id: WorkspaceId,
    { force }: { readonly force: boolean }
  ) {
    yield* Effect.annotateCurrentSpan({ workspaceId: id })
    yield* identified(caller)
    const root = yield* worktrees.root
    yield* repository.get(caller, root, id)
    yield* worktrees.exclusively(
      Effect.gen(function* () {
        const { removed } = yield* restoring.prepare(root)
        if (removed.includes(id)) return
        const workspace = yield* repository.get(caller, root, id)
        yield* force ? Effect.void : about(workspace)(refuseLoss(workspace))
        yield* about(workspace)(remove(caller, root, workspace))
      })
    )
  })
})
