import { Array, DateTime, Effect, identity, Option, Order } from "effect"
import { WorkspaceRepository } from "../ports/workspace-repository.ts"
import type { Worktree } from "../ports/worktrees.ts"
import { type Caller, isVisibleTo } from "../types/caller.ts"
import type { Workspace } from "../types/workspace.ts"
import * as WorkspaceAdoption from "./workspace-adoption.ts"
import * as WorkspaceConversation from "./workspace-conversation.ts"
import { type About, about, orLeave } from "./workspace-log.ts"
import { matched } from "./workspace-matching.ts"

/** What is known of the workspaces of a root before a restore. */
interface Known {
  /** All that the store knew, also those that are ended by now. */
  readonly past: ReadonlyArray<Workspace>
  readonly stored: ReadonlyArray<Workspace>
  /** Those that the snapshot file alone tells of. */
  readonly saved: ReadonlyArray<Workspace>
  readonly worktrees: ReadonlyArray<Worktree>
}

type Kind = "restored" | "adopted" | "lost"

/** Where a workspace stands, and whose it is. */
type Home = Pick<Workspace, "userId"> & { readonly path: string }

const innermost = Order.mapInput(Order.number, ({ path }: Home) => -path.length)

/** Whose a worktree is which nobody knows: inside the one of a workspace it is that one's owner's, else nobody's. */
const ownerOf = ({ path }: Worktree, homes: ReadonlyArray<Home>): Workspace["userId"] => {
  const around = homes.filter((home) => path.startsWith(`${home.path}/`))
  return Option.flatMap(Array.head(Array.sort(around, innermost)), ({ userId }) => userId)
}

const tell = {
  restored: Effect.logInfo("A workspace is back"),
  adopted: Effect.logInfo("A worktree that nobody knew is a workspace now"),
  lost: Effect.logWarning("A workspace has no worktree any more")
}

/** Tells what became of each, and leaves those of which it fails. */
const eachOf =
  (kind: Kind) =>
  <A>(
    all: ReadonlyArray<A>,
    workspaceOf: (one: A) => Effect.Effect<Option.Option<Workspace>>,
    known: (one: A) => About
  ) =>
    Effect.forEach(all, (one) =>
      workspaceOf(one).pipe(
        Effect.tap(Option.match({ onNone: () => Effect.void, onSome: (_) => about(_)(tell[kind]) })),
        orLeave(known(one), "A workspace could not be restored, and is left as it is"),
        Effect.map((result) =>
          Option.toArray(Option.flatten(result)).map((workspace) => ({ kind, workspace }))
        )
      )
    ).pipe(Effect.map(Array.flatten))

const restored = eachOf("restored")
const adopted = eachOf("adopted")
const lost = eachOf("lost")

/** Gives each workspace its worktree again, and each worktree a workspace. Those of others stay as they are. */
export const make = Effect.gen(function* () {
  const { addFound, addLost, adopt } = yield* WorkspaceAdoption.make
  const conversationOf = yield* WorkspaceConversation.make
  const repository = yield* WorkspaceRepository

  return Effect.fnUntraced(function* (caller: Caller, root: string, known: Known) {
    const stored = matched(known.stored, known.worktrees)
    const saved = matched(known.saved, stored.unknown)
    const names = new Set<string>(known.past.map(({ name }) => name))
    const left: Array<Workspace> = []
    /** Where they were, and are. */
    const homes = [
      ...known.past.map(({ userId, worktree }) => ({ path: worktree, userId })),
      ...[...stored.found, ...saved.found].map(([{ userId }, { path }]) => ({ path, userId }))
    ]
    const isOwn = ({ userId }: Workspace) => isVisibleTo(caller, userId)

    const keep = Effect.fnUntraced(function* (workspace: Workspace) {
      const session = yield* conversationOf(workspace, yield* DateTime.now, { id: Option.none() })
      yield* repository.restore(root, workspace, session)
      return Option.some(workspace)
    })
    const keepAt = ([workspace, { branch, path }]: readonly [Workspace, Worktree]) =>
      keep(workspace.restored({ status: "idle", branch, worktree: path }))
    const keepLost = (workspace: Workspace) => keep(workspace.restored({ ...workspace, status: "error" }))

    /** Of which the store would not take it, it must not be forgotten. */
    const orKeepInFile =
      (workspace: Workspace) =>
      <A, E>(adding: Effect.Effect<A, E>) =>
        Effect.tapErrorCause(adding, () => Effect.sync(() => left.push(workspace)))

    const outcomes = Array.flatten([
      yield* restored(
        stored.found.filter(([workspace]) => isOwn(workspace)),
        keepAt,
        ([workspace]) => workspace
      ),
      yield* lost(stored.lost.filter(isOwn), keepLost, identity),
      yield* lost(
        saved.lost,
        (workspace) => orKeepInFile(workspace)(addLost(root, workspace, names)),
        identity
      ),
      yield* restored(
        saved.found,
        ([workspace, worktree]) => orKeepInFile(workspace)(addFound(root, workspace, worktree, names)),
        ([workspace]) => workspace
      ),
      yield* adopted(
        saved.unknown,
        (worktree) => adopt(root, worktree, { names, userId: ownerOf(worktree, homes) }),
        ({ branch, path }) => ({ branch, worktree: path })
      )
    ])
    return { outcomes, left }
  })
})
