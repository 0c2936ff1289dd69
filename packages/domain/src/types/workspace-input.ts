import type { SessionId } from "./ids.ts"
import type { AgentName } from "./session.ts"
import type { BranchName, WorkspaceId, WorkspaceName } from "./workspace.ts"

export interface CreateWorkspace {
  /** Left out: the next free name of the day. */
  readonly name?: WorkspaceName | undefined
  /** Left out: `feature/{name}`. */
  readonly branch?: BranchName | undefined
  /** Who answers in its conversation. */
  readonly agent?: AgentName | undefined
  /** The same for all repetitions of one request, which then make one workspace. Left out: new ones. */
  readonly id?: WorkspaceId | undefined
  readonly sessionId?: SessionId | undefined
}
