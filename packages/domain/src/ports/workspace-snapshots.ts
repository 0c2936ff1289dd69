import { Context, Data, type Effect } from "effect"
import type { WorkspacesUnavailableError } from "../errors/workspace.ts"
import type { Workspace } from "../types/workspace.ts"

/** What stands in the place of the snapshot file. */
export type WorkspaceSnapshot = Data.TaggedEnum<{
  Missing: object
  /** Not JSON, of another version, cut off, no plain file or too large. It was kept aside. */
  Unreadable: { readonly problem: string }
  /** Workspaces with ids, names and worktrees of their own, the latter below the root. */
  Read: { readonly sessions: ReadonlyArray<Workspace> }
}>
export const WorkspaceSnapshot = Data.taggedEnum<WorkspaceSnapshot>()

/** The file `.claude-container-sessions.json` of a root, which tells other programs of its workspaces. */
export class WorkspaceSnapshots extends Context.Tag("@workspace/domain/WorkspaceSnapshots")<
  WorkspaceSnapshots,
  {
    /** An unreadable file is told of in the log, and kept aside under another name; fails where that cannot be done. */
    readonly read: Effect.Effect<WorkspaceSnapshot, WorkspacesUnavailableError>

    /**
     * Replaces the file by one of what is read: readers see the one or the other, whole, also when the process is killed. It is read
     * when its turn has come, so that what is written last is what was read last; whoever asks while others wait shares
     * what they get.
     */
    readonly write: (
      read: Effect.Effect<ReadonlyArray<Workspace>>
    ) => Effect.Effect<void, WorkspacesUnavailableError>
  }
>() {}
