import { join } from "node:path"
import { Timestamp, UserId, Workspace, WorkspaceName } from "@workspace/domain"
import { Option, Schema } from "effect"
import { idOf } from "./git-root.ts"

const at = Schema.decodeSync(Timestamp)("2026-01-31T12:00:00.000Z")

/** A workspace of somebody, in its own place. */
export const workspaceOf = (root: string, number: number): Workspace =>
  new Workspace({
    id: idOf(number),
    userId: number % 2 === 0 ? Option.none() : Option.some(UserId.make("alice")),
    name: WorkspaceName.make(`workspace-${number}`),
    status: "active",
    branch: Option.some(`feature/workspace-${number}`),
    worktree: join(root, ".worktrees", idOf(number)),
    sessionId: Option.none(),
    ptyPid: Option.some(4_711),
    currentPhase: Option.some("implementation, “größer” \u{1F40B}"),
    metadata: { ticket: number },
    createdAt: at,
    lastActivity: at
  })
