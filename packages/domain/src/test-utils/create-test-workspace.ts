import { DateTime, Option } from "effect"
import { Workspace, WorkspaceId, WorkspaceName } from "../types/workspace.ts"

/** The nth workspace of nobody, with an id, a name and a worktree of its own, and with what a test wants otherwise. */
export const createTestWorkspace = (n: number, overrides: Partial<Workspace> = {}): Workspace => {
  const id = WorkspaceId.make(`00000000-0000-4000-8000-${String(n).padStart(12, "0")}`)
  return new Workspace({
    id,
    userId: Option.none(),
    name: WorkspaceName.make(`w-${n}`),
    status: "active",
    branch: Option.some(`feature/w-${n}`),
    worktree: `/w/.worktrees/${id}`,
    sessionId: Option.none(),
    ptyPid: Option.none(),
    currentPhase: Option.none(),
    metadata: {},
    createdAt: DateTime.unsafeMake(0),
    lastActivity: DateTime.unsafeMake(0),
    ...overrides
  })
}
