import { Equal, Option } from "effect"
import type { Worktree } from "../ports/worktrees.ts"
import type { Workspace } from "../types/workspace.ts"

/** How a workspace knows its worktree, best first: where it was, also when the root has moved since, or on its branch, when it alone has. */
const signs: ReadonlyArray<(workspace: Workspace, worktree: Worktree) => boolean> = [
  (workspace, { path }) => path === workspace.worktree,
  (workspace, { id }) => Option.contains(id, workspace.id),
  (workspace, { branch }) => Option.isSome(branch) && Equal.equals(branch, workspace.branch)
]

/** Which worktree is whose. */
export const matched = (workspaces: ReadonlyArray<Workspace>, worktrees: ReadonlyArray<Worktree>) => {
  const found = new Map<Workspace, Worktree>()
  const unknown = new Set(worktrees)
  for (const isOf of signs) {
    for (const workspace of workspaces.filter((_) => !found.has(_))) {
      const worktree = [...unknown].find((_) => isOf(workspace, _))
      if (worktree === undefined) continue
      found.set(workspace, worktree)
      unknown.delete(worktree)
    }
  }
  return {
    found: [...found],
    /** Workspaces without a worktree. */
    lost: workspaces.filter((_) => !found.has(_)),
    /** Worktrees without a workspace. */
    unknown: [...unknown]
  }
}
