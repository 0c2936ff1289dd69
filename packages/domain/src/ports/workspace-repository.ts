import { Context, type Effect } from "effect"
import type { WorkspaceNotFoundError } from "../errors/workspace.ts"
import type { Caller } from "../types/caller.ts"
import type { Session } from "../types/session.ts"
import type { Timestamp } from "../types/timestamp.ts"
import type { MadeInGit, Workspace, WorkspaceChange, WorkspaceId } from "../types/workspace.ts"

/**
 * What became of a workspace that was to be added; all but `added` leave everything as it was. Of more than one reason the
 * first of these is told.
 */
export type WorkspaceAddition =
  | "added"
  /** Its id is in use, or another one of the root has its worktree. */
  | "present"
  /** The root has as many as it may. */
  | "full"
  /** One of the root has its name. */
  | "name-taken"

/**
 * The workspaces of any number of roots; a root is at most 64 bytes of text, and nobody else's. Each workspace holds one of
 * its root's slots 1, 2, 3 …, no two the same one. One whose creation has not ended holds its slot, its name and its worktree, and
 * is seen only by what says so.
 *
 * Visible is what is the caller's own, or nobody's. A store that cannot be reached dies with `UnavailableError`; any other
 * failure of it is a defect too.
 */
export class WorkspaceRepository extends Context.Tag("@workspace/domain/WorkspaceRepository")<
  WorkspaceRepository,
  {
    /**
     * Adds a workspace in the lowest free slot of its root, together with the conversation that is linked to it: the session
     * that it names, if there is one by now that is visible to the owner of the workspace, else `session`, which is made. Of any
     * number of callers at once no two get one slot, name or worktree, and never more than `limit` are admitted. Dies, and stores
     * nothing, where `session` would have the id of one that the owner may not see.
     */
    readonly add: (
      root: string,
      workspace: Workspace,
      options: {
        readonly session: Session
        /** How many the root may have, 1 or more; without it there is no limit. */
        readonly limit?: number
        /** For a creation that is yet to end with `finish` or `forget`. */
        readonly making?: MadeInGit
      }
    ) => Effect.Effect<WorkspaceAddition>

    /**
     * Ends the creation of a workspace: from now on it is seen. One that has ended stays as it is.
     * @returns false when there is no such workspace; then nothing happens
     */
    readonly finish: (root: string, id: WorkspaceId) => Effect.Effect<boolean>

    /**
     * Leaves nothing of a workspace whose creation has not ended: its slot is free, and its conversation, if it has no
     * messages, is gone. Nothing happens when there is none.
     */
    readonly forget: (root: string, id: WorkspaceId) => Effect.Effect<void>

    /** Those whose creation has not ended. */
    readonly unfinished: (
      root: string
    ) => Effect.Effect<ReadonlyArray<{ readonly workspace: Workspace; readonly making: MadeInGit }>>

    /** Those that are visible, oldest first; those of one instant by their slots. */
    readonly list: (caller: Caller, root: string) => Effect.Effect<ReadonlyArray<Workspace>>

    readonly get: (
      caller: Caller,
      root: string,
      id: WorkspaceId
    ) => Effect.Effect<Workspace, WorkspaceNotFoundError>

    readonly update: (
      caller: Caller,
      root: string,
      id: WorkspaceId,
      change: WorkspaceChange
    ) => Effect.Effect<Workspace, WorkspaceNotFoundError>

    /** Moves `lastActivity` to an instant, unless it is there or farther already. */
    readonly touch: (
      caller: Caller,
      root: string,
      id: WorkspaceId,
      now: Timestamp
    ) => Effect.Effect<Workspace, WorkspaceNotFoundError>

    /**
     * Stores what a restore found of a workspace: its status, branch and worktree, without a process. Where its conversation was
     * deleted, `session` is made and linked, as by `add`. Nothing happens when the workspace is gone, or its creation has not ended.
     * Dies, and stores nothing, where another one of the root has the worktree.
     */
    readonly restore: (root: string, workspace: Workspace, session: Session) => Effect.Effect<void>

    /** Frees the slot. The conversation stays. */
    readonly remove: (
      caller: Caller,
      root: string,
      id: WorkspaceId
    ) => Effect.Effect<void, WorkspaceNotFoundError>
  }
>() {}
