import type { CommandExecutor, FileSystem, Path } from "@effect/platform"
import { BranchName, type PlannedWorktree, WorkspaceId, Worktrees } from "@workspace/domain"
import { Effect, Layer, Schema, Scope } from "effect"
import { names, planned } from "./branches.ts"
import { excludeOwnFiles, lockPatiently, makeTurn } from "./exclusion.ts"
import { added, discarded } from "./making.ts"
import { marked } from "./marks.ts"
import { endOrphans } from "./orphans.ts"
import { placeOf } from "./places.ts"
import { off, orRefuse, refuse } from "./refusals.ts"
import { changesAt, cleared, retiredAt } from "./removal.ts"
import { makeRepository } from "./repository.ts"
import { removeUnfinishedIds } from "./root-id.ts"
import { makeStaleLocks } from "./stale-locks.ts"
import { listed } from "./worktree-list.ts"

/** What becomes a part of a path or of a command must be what its type says, whoever calls. */
const checked = (values: { readonly id?: string; readonly branch?: string }) =>
  Effect.unless(
    refuse("failed", "This is no id of a workspace, or no name of a branch", values),
    () =>
      (values.id === undefined || Schema.is(WorkspaceId)(values.id)) &&
      (values.branch === undefined || Schema.is(BranchName)(values.branch))
  )

const make = Effect.fnUntraced(function* (configured: string) {
  const repository = yield* makeRepository(configured)
  const { opened } = repository
  const takeTurn = yield* makeTurn
  const staleLocks = yield* makeStaleLocks(repository)

  const root = Effect.withSpan(repository.id, "Worktrees.root")

  const lock = Effect.gen(function* () {
    const current = yield* opened
    const { tookOver } = yield* lockPatiently(current.ownDirectory, "30 seconds")
    if (tookOver) {
      yield* endOrphans(repository.files, repository.server)
      yield* staleLocks.note(current)
    }
    yield* staleLocks.remove(current)
    yield* removeUnfinishedIds(repository, current)
    yield* excludeOwnFiles(repository, current)
  })

  const exclusively = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    takeTurn(Effect.scopedWith((scope) => Effect.zipRight(Scope.extend(lock, scope), effect)))

  const pathOf = Effect.fn("Worktrees.pathOf")(function* (id: WorkspaceId) {
    yield* checked({ id })
    return placeOf(repository, yield* opened, id)
  })

  const plan = Effect.fn("Worktrees.plan")(function* (branch: BranchName) {
    yield* checked({ branch })
    return yield* planned(repository, yield* opened, branch)
  }, orRefuse)

  const branches = Effect.fn("Worktrees.branches")(function* (prefix: string) {
    return (yield* names(repository, yield* opened)).filter((name) => name.startsWith(prefix))
  })

  const add = Effect.fn("Worktrees.add")(
    function* (worktree: PlannedWorktree, options: { readonly follows: boolean }) {
      yield* checked(worktree)
      yield* added(repository, yield* opened, worktree, options)
    },
    orRefuse,
    Effect.uninterruptible
  )

  const discard = Effect.fn("Worktrees.discard")(
    function* (worktree: PlannedWorktree) {
      yield* checked(worktree)
      yield* discarded(repository, yield* opened, worktree)
    },
    orRefuse,
    Effect.uninterruptible
  )

  const list = Effect.flatMap(opened, (current) => listed(repository, current)).pipe(
    orRefuse,
    Effect.withSpan("Worktrees.list")
  )

  const changes = Effect.fn("Worktrees.changes")(function* (path: string) {
    return yield* changesAt(repository, yield* opened, path)
  }, orRefuse)

  const retire = Effect.fn("Worktrees.retire")(
    function* (id: WorkspaceId, path: string) {
      yield* checked({ id })
      yield* retiredAt(repository, yield* opened, id, path)
    },
    orRefuse,
    Effect.uninterruptible
  )

  const retired = Effect.flatMap(opened, (current) => marked(repository, current)).pipe(
    orRefuse,
    Effect.withSpan("Worktrees.retired")
  )

  const clear = Effect.fn("Worktrees.clear")(
    function* (id: WorkspaceId) {
      yield* checked({ id })
      yield* cleared(repository, yield* opened, id)
    },
    orRefuse,
    Effect.uninterruptible
  )

  return Worktrees.of({
    root,
    exclusively,
    pathOf,
    plan,
    branches,
    add,
    discard,
    list,
    changes,
    retire,
    retired,
    clear
  })
})

/** The worktrees of the repository whose top folder is `root`. Nothing of it is looked at before it is asked for. */
export const layer = (options: {
  readonly root: string
}): Layer.Layer<Worktrees, never, FileSystem.FileSystem | Path.Path | CommandExecutor.CommandExecutor> =>
  Layer.effect(Worktrees, make(options.root))

/** Of a server without a root: nothing can be done. */
export const layerOff: Layer.Layer<Worktrees> = Layer.succeed(Worktrees, {
  root: off,
  exclusively: () => off,
  pathOf: () => off,
  plan: () => off,
  branches: () => off,
  add: () => off,
  discard: () => off,
  list: off,
  changes: () => off,
  retire: () => off,
  retired: off,
  clear: () => off
})
