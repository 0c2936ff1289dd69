import { Context, type Effect, type Option } from "effect"
import type { BranchConflictError, WorkspacesUnavailableError } from "../errors/workspace.ts"
import type { BranchName, MadeInGit, WorkspaceId, WorktreeChanges } from "../types/workspace.ts"

/** A worktree below the root, other than the repository's own. */
export interface Worktree {
  /** Absolute, without symbolic links. */
  readonly path: string
  /** None while its HEAD is detached, and where its name is longer than a workspace's can be. */
  readonly branch: Option.Option<string>
  /** Of the workspace in whose place it stands. */
  readonly id: Option.Option<WorkspaceId>
}

/** A worktree that is to be made, or was. */
export interface PlannedWorktree {
  readonly id: WorkspaceId
  readonly branch: BranchName
  /** Whether the branch is made with it, and so goes with it. */
  readonly making: MadeInGit
}

/**
 * The git worktrees of one root: the top folder of a repository. Those of workspaces are at `.worktrees/{id}` below it. What changes
 * the repository is done inside `exclusively`. Every path is checked to stay below the root, with symbolic links followed.
 *
 * A git that does not come to an end within a minute is ended, and counts as failed.
 */
export class Worktrees extends Context.Tag("@workspace/domain/Worktrees")<
  Worktrees,
  {
    /**
     * What the root is called in the store: the same for as long as the repository is there, also under another path, and no other
     * repository's, also not one's under the same path on another machine.
     */
    readonly root: Effect.Effect<string, WorkspacesUnavailableError>

    /**
     * Runs something while nobody else does so in this root: no other fiber, and no other process of this machine. What a
     * process that ended was at, nobody is at any more.
     */
    readonly exclusively: <A, E, R>(
      effect: Effect.Effect<A, E, R>
    ) => Effect.Effect<A, E | WorkspacesUnavailableError, R>

    /** Where the worktree of a workspace is, or would be. */
    readonly pathOf: (id: WorkspaceId) => Effect.Effect<string, WorkspacesUnavailableError>

    /** What a worktree on this branch would make: `branch` if there is none of this name yet. */
    readonly plan: (
      branch: BranchName
    ) => Effect.Effect<MadeInGit, BranchConflictError | WorkspacesUnavailableError>

    /** The names of the branches that begin so, each once: also of those of remotes as last fetched, without the remote's name. */
    readonly branches: (prefix: string) => Effect.Effect<ReadonlyArray<string>, WorkspacesUnavailableError>

    /**
     * Makes a worktree on its branch. A new branch that `follows` begins at the branch of its name that exactly one remote has, and
     * tracks it; any other one begins at the commit of the root's HEAD, or, where that has none yet, without commits as well. When it
     * fails, nothing is left of it.
     */
    readonly add: (
      planned: PlannedWorktree,
      options: { readonly follows: boolean }
    ) => Effect.Effect<void, BranchConflictError | WorkspacesUnavailableError>

    /**
     * Leaves nothing of a worktree whose making was cut off; a branch that has commits of its own stays. Fails, and leaves all as it
     * is, where the worktree was made to its end and has changes: somebody has worked in it.
     */
    readonly discard: (planned: PlannedWorktree) => Effect.Effect<void, WorkspacesUnavailableError>

    /** All worktrees of the repository that are there; those that were moved together with the root are put right first. */
    readonly list: Effect.Effect<
      {
        readonly worktrees: ReadonlyArray<Worktree>
        /** Paths of those that are not below the root. */
        readonly outside: ReadonlyArray<string>
      },
      WorkspacesUnavailableError
    >

    /** None when there is no worktree at this path. */
    readonly changes: (
      path: string
    ) => Effect.Effect<Option.Option<WorktreeChanges>, WorkspacesUnavailableError>

    /**
     * Takes a worktree out of the repository in one step: before it, all is as it was; after it, the workspace is `retired`, also
     * when the process is killed at once. The branch stays. Nothing but the mark is made where there is no worktree.
     */
    readonly retire: (id: WorkspaceId, path: string) => Effect.Effect<void, WorkspacesUnavailableError>

    /** Those whose worktrees were retired, and not cleared since. */
    readonly retired: Effect.Effect<ReadonlyArray<WorkspaceId>, WorkspacesUnavailableError>

    /** Removes for good what was retired. */
    readonly clear: (id: WorkspaceId) => Effect.Effect<void, WorkspacesUnavailableError>
  }
>() {}
