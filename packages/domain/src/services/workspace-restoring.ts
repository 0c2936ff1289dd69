import { Array, Effect, Option } from "effect"
import type { UnauthorizedError } from "../errors/identity.ts"
import type { WorkspacesUnavailableError } from "../errors/workspace.ts"
import { WorkspaceRepository } from "../ports/workspace-repository.ts"
import { WorkspaceSnapshot, WorkspaceSnapshots } from "../ports/workspace-snapshots.ts"
import { Worktrees } from "../ports/worktrees.ts"
import { Caller, isVisibleTo } from "../types/caller.ts"
import { type Workspace, type WorkspaceId, WorkspaceRestore } from "../types/workspace.ts"
import { identified } from "./identified.ts"
import * as WorkspaceBringingBack from "./workspace-bringing-back.ts"
import type { EndCutOff } from "./workspace-cut-off.ts"
import type { SnapshotKeeping } from "./workspace-snapshot-keeping.ts"

export interface Restoring {
  readonly restore: (
    caller: Caller
  ) => Effect.Effect<WorkspaceRestore, UnauthorizedError | WorkspacesUnavailableError>
  /**
   * For whoever has the root for himself: restores it, if that has not succeeded since the process began, and ends what was cut off
   * since. Gives the creations of which something is left, and the removals that have come to their end.
   */
  readonly prepare: (root: string) => Effect.Effect<
    {
      readonly stuck: ReadonlyArray<Workspace>
      readonly removed: ReadonlyArray<WorkspaceId>
    },
    WorkspacesUnavailableError
  >
  /** For whoever has not: restores the root, if that has not succeeded since the process began. */
  readonly ensure: (root: string) => Effect.Effect<void, WorkspacesUnavailableError>
}

const goneOf = (ended: ReadonlyArray<{ readonly id: WorkspaceId; readonly isGone: boolean }>) =>
  ended.flatMap(({ id, isGone }) => (isGone ? [id] : []))

/**
 * Each step can be cut off, and the next restore goes on from there. The snapshot file is replaced only when all
 * that it tells of is in the store, but for what the store would not take: that stays in it.
 */
export const make = Effect.fnUntraced(function* (options: {
  readonly endCutOff: EndCutOff
  readonly snapshot: SnapshotKeeping
}) {
  const { endCutOff, snapshot } = options
  const bringBack = yield* WorkspaceBringingBack.make
  const repository = yield* WorkspaceRepository
  const snapshots = yield* WorkspaceSnapshots
  const worktrees = yield* Worktrees

  const readSnapshot = Effect.map(
    snapshots.read,
    WorkspaceSnapshot.$match({
      Missing: () => ({ state: "missing" as const, sessions: [] }),
      Unreadable: () => ({ state: "unreadable" as const, sessions: [] }),
      Read: ({ sessions }) => ({ state: "read" as const, sessions })
    })
  )

  const restoreRoot = Effect.fnUntraced(function* (caller: Caller, root: string) {
    const file = yield* readSnapshot
    const cutOff = yield* endCutOff.creations(root, new Set(file.sessions.map(({ id }) => id)))
    const before = yield* repository.list(Caller.Trusted(), root)
    const retired = yield* endCutOff.removals(root)
    const { outside, worktrees: there } = yield* worktrees.list
    const isNew = before.length === 0 && cutOff.length === 0
    if (file.state === "missing") {
      const log = isNew && there.length === 0 ? Effect.logDebug : Effect.logWarning
      yield* log("There is no snapshot file")
    }

    const past = [...before, ...cutOff.map(({ workspace }) => workspace)]
    const ended = [...retired, ...cutOff.map(({ isGone, workspace }) => ({ id: workspace.id, isGone }))]
    const passedOver = new Set(ended.map(({ id }) => id))
    const known = new Set([...passedOver, ...past.map(({ id }) => id)])
    // Before the first one, what all of them say of their processes is of the past.
    const { left, outcomes } = yield* bringBack(snapshot.follows(root) ? caller : Caller.Trusted(), root, {
      past,
      stored: before.filter(({ id }) => !passedOver.has(id)),
      saved: file.sessions.filter(({ id }) => !known.has(id)),
      worktrees: there.filter(({ id }) => !Option.exists(id, (_) => passedOver.has(_)))
    })

    yield* snapshot.follow(root, left)
    yield* snapshot.clear(root, goneOf(retired))

    const isVisible = ({ userId }: Workspace) => isVisibleTo(caller, userId)
    const isMine = (id: WorkspaceId) =>
      Option.match(
        Array.findFirst(past, (workspace) => workspace.id === id),
        { onNone: () => Caller.$is("Trusted")(caller), onSome: isVisible }
      )
    const idsOf = (kind: (typeof outcomes)[number]["kind"]) =>
      outcomes.flatMap((outcome) =>
        outcome.kind === kind && isVisible(outcome.workspace) ? [outcome.workspace.id] : []
      )
    return new WorkspaceRestore({
      source: isNew ? (file.state === "read" ? "snapshot" : "worktrees") : "database",
      snapshot: file.state,
      restored: idsOf("restored"),
      adopted: idsOf("adopted"),
      lost: idsOf("lost"),
      removed: ended.flatMap(({ id, isGone }) => (isGone && isMine(id) ? [id] : [])),
      leftAlone: Caller.$is("Trusted")(caller) ? outside : [],
      sessions: yield* repository.list(caller, root)
    })
  })

  const restore = Effect.fn("WorkspaceManager.restore")(function* (caller: Caller) {
    yield* identified(caller)
    const root = yield* worktrees.root
    return yield* worktrees.exclusively(restoreRoot(caller, root))
  })

  const once = (root: string) =>
    Effect.suspend(() => (snapshot.follows(root) ? Effect.void : restoreRoot(Caller.Trusted(), root)))

  const prepare: Restoring["prepare"] = Effect.fnUntraced(function* (root) {
    yield* once(root)
    const cutOff = yield* endCutOff.creations(root)
    const removed = goneOf(yield* endCutOff.removals(root))
    if (removed.length > 0) yield* snapshot.clear(root, removed)
    return { stuck: cutOff.flatMap(({ isGone, workspace }) => (isGone ? [] : [workspace])), removed }
  })

  const ensure: Restoring["ensure"] = (root) =>
    Effect.suspend(() => (snapshot.follows(root) ? Effect.void : worktrees.exclusively(once(root))))

  return { restore, prepare, ensure }
})
