import { Effect, Exit, FiberHandle, Option, type Scope } from "effect"
import { isStoreAway } from "../errors/unavailable.ts"
import { WorkspaceRepository } from "../ports/workspace-repository.ts"
import { WorkspaceSnapshots } from "../ports/workspace-snapshots.ts"
import { Worktrees } from "../ports/worktrees.ts"
import { Caller } from "../types/caller.ts"
import type { Workspace, WorkspaceId } from "../types/workspace.ts"
import { whileFailing } from "./while-failing.ts"
import { orLeave } from "./workspace-log.ts"

const firstPause = "1 second"

/**
 * Lets the snapshot file follow the store; it is to be written only while it does. Where that fails, it goes on trying behind the
 * caller's back.
 */
export interface SnapshotKeeping {
  /** Whether the file follows the workspaces of this root: not before they were restored, since till then it may know more than the store. */
  readonly follows: (root: string) => boolean
  /** From now on it follows them. It goes on telling of those that it alone knows, since the store would not take them. */
  readonly follow: (root: string, left: ReadonlyArray<Workspace>) => Effect.Effect<void>
  /**
   * Writes the file, and removes for good what is left of the worktrees of these workspaces, which are gone. As long as the file
   * may tell of them their marks stay: for the next removal, creation or restore.
   */
  readonly clear: (root: string, gone: ReadonlyArray<WorkspaceId>) => Effect.Effect<void>
  /**
   * A change of the store, and then the file: not the one without the other. Where the answer of the store was lost, there may have
   * been a change. `gone` is who is gone with it.
   */
  readonly after: <A, E>(
    root: string,
    change: Effect.Effect<A, E>,
    gone?: ReadonlyArray<WorkspaceId>
  ) => Effect.Effect<A, E>
}

export const make = Effect.gen(function* (): Effect.fn.Return<
  SnapshotKeeping,
  never,
  WorkspaceRepository | WorkspaceSnapshots | Worktrees | Scope.Scope
> {
  const repository = yield* WorkspaceRepository
  const snapshots = yield* WorkspaceSnapshots
  const retrying = yield* FiberHandle.make<void>()
  const worktrees = yield* Worktrees
  let followed: string | undefined
  let leftOver: ReadonlyArray<Workspace> = []

  const replace = (root: string) =>
    snapshots.write(
      Effect.map(repository.list(Caller.Trusted(), root), (stored) => {
        const known = new Set(stored.map(({ id }) => id))
        // First, since a reader takes the first one of a name, and the others are in the store.
        return [...leftOver.filter(({ id }) => !known.has(id)), ...stored]
      })
    )

  /** A store that is away is a reason to try again like any other. */
  const tryAgain = (root: string) =>
    Effect.sandbox(replace(root)).pipe(
      Effect.tapError((cause) => Effect.logDebug("The snapshot file could not be written again", cause)),
      Effect.retry(whileFailing),
      Effect.delay(firstPause),
      Effect.zipRight(Effect.logInfo("The snapshot file is written again")),
      Effect.orDie,
      // The change that it is for was not.
      Effect.interruptible
    )

  /** Gives whether nothing failed. */
  const write = (root: string) =>
    Effect.matchCauseEffect(replace(root), {
      onFailure: (cause) =>
        Effect.logWarning(
          "The snapshot file could not be written. The change stands, and it is tried again",
          cause
        ).pipe(
          // The one that goes on already would do; beginning anew, it surely writes what is there by now.
          Effect.zipRight(FiberHandle.run(retrying, tryAgain(root))),
          Effect.as(false)
        ),
      onSuccess: () => Effect.succeed(true)
    })

  const removeRest = (id: WorkspaceId) =>
    orLeave({ id }, "What is left of a worktree could not be removed yet")(worktrees.clear(id))

  /** A mark without a worktree. */
  const markAgain = Effect.fnUntraced(function* (id: WorkspaceId) {
    const place = yield* worktrees.pathOf(id)
    if (Option.isNone(yield* worktrees.changes(place))) yield* worktrees.retire(id, place)
  })

  const clear: SnapshotKeeping["clear"] = Effect.fnUntraced(function* (root, gone) {
    const isWritten = yield* write(root)
    yield* Effect.forEach(gone, removeRest, { discard: true })
    // Perhaps there was no room for it before.
    if (isWritten || gone.length === 0 || (yield* write(root))) return
    yield* Effect.forEach(
      gone,
      (id) => orLeave({ id }, "That a workspace is gone could not be marked")(markAgain(id)),
      { discard: true }
    )
  }, Effect.uninterruptible)

  return {
    follows: (root) => followed === root,
    follow: (root, left) =>
      Effect.sync(() => {
        followed = root
        leftOver = left
      }),
    clear,
    after: (root, change, gone = []) =>
      Effect.uninterruptible(
        Effect.onExit(
          change,
          Exit.match({
            onFailure: (cause) => (isStoreAway(cause) ? write(root) : Effect.void),
            onSuccess: () => clear(root, gone)
          })
        )
      )
  }
})
