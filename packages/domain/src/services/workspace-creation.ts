import { Array, DateTime, Effect, Option, Order } from "effect"
import { MaxSessionsError, WorkspaceExistsError, WorkspacesUnavailableError } from "../errors/workspace.ts"
import { AgentRegistry } from "../ports/agent.ts"
import { IdGenerator } from "../ports/id-generator.ts"
import { WorkspaceRepository } from "../ports/workspace-repository.ts"
import { type PlannedWorktree, Worktrees } from "../ports/worktrees.ts"
import { Caller, isVisibleTo } from "../types/caller.ts"
import type { Session } from "../types/session.ts"
import type { Timestamp } from "../types/timestamp.ts"
import { branchOf, Workspace, type WorkspaceId, type WorkspaceName } from "../types/workspace.ts"
import type { CreateWorkspace } from "../types/workspace-input.ts"
import { ownerFor } from "./identified.ts"
import { checkKnown } from "./known-agent.ts"
import * as WorkspaceConversation from "./workspace-conversation.ts"
import type { EndCutOff } from "./workspace-cut-off.ts"
import { about, orLeave } from "./workspace-log.ts"
import { freeNameOfDay } from "./workspace-naming.ts"
import type { Restoring } from "./workspace-restoring.ts"
import type { SnapshotKeeping } from "./workspace-snapshot-keeping.ts"

const busy = new WorkspacesUnavailableError({ reason: "busy" })

const leastRecentlyActive = Order.mapInput(DateTime.Order, ({ lastActivity }: Workspace) => lastActivity)

export const make = Effect.fnUntraced(function* (options: {
  readonly limit: number
  readonly endCutOff: EndCutOff
  readonly restoring: Restoring
  readonly snapshot: SnapshotKeeping
}) {
  const { endCutOff, limit, restoring, snapshot } = options
  const check = checkKnown(yield* AgentRegistry)
  const conversationOf = yield* WorkspaceConversation.make
  const ids = yield* IdGenerator
  const repository = yield* WorkspaceRepository
  const worktrees = yield* Worktrees
  // Those for whom there is no room any more when their turn comes need not wait for the root.
  const turns = yield* Effect.makeSemaphore(1)

  const refuse = (caller: Caller, all: ReadonlyArray<Workspace>) => {
    const visible = all.filter(({ userId }) => isVisibleTo(caller, userId))
    return new MaxSessionsError({ maximum: limit, sessions: Array.sort(visible, leastRecentlyActive) }).pipe(
      Effect.tapError(() => Effect.logInfo("No workspace was made: there are as many as there may be")),
      Effect.annotateLogs({ maximum: limit, count: all.length })
    )
  }

  /** What there is, and what an earlier run of the same request has made; or that there may not be more. */
  const look = Effect.fnUntraced(function* (caller: Caller, root: string, id: WorkspaceId | undefined) {
    const all = yield* repository.list(Caller.Trusted(), root)
    const made = Array.findFirst(
      all,
      (workspace) => workspace.id === id && isVisibleTo(caller, workspace.userId)
    )
    if (Option.isNone(made) && all.length >= limit) return yield* refuse(caller, all)
    return { all, made }
  })

  const nameOf = Effect.fnUntraced(function* (
    name: WorkspaceName | undefined,
    all: ReadonlyArray<Pick<Workspace, "name">>,
    now: Timestamp
  ) {
    const taken = new Set<string>(all.map((workspace) => workspace.name))
    if (name !== undefined) return taken.has(name) ? yield* new WorkspaceExistsError({ name }) : name
    // The branch of one that was destroyed is still there, as is that of a colleague which was fetched; `feature/x/y` is in the way
    // of `feature/x` too.
    for (const branch of yield* worktrees.branches("feature/feature-")) {
      taken.add(branch.split("/").slice(1, 2).join())
    }
    return freeNameOfDay(now, taken)
  })

  /** What is left of another creation or of a removal may be in the way of one: of an earlier try of the same request, perhaps. */
  const refuseMeanwhile = Effect.fnUntraced(function* (
    { id, name }: CreateWorkspace,
    stuck: ReadonlyArray<Workspace>
  ) {
    const isInTheWay =
      stuck.some((workspace) => workspace.id === id || workspace.name === name) ||
      (id !== undefined && (yield* worktrees.retired).includes(id))
    if (isInTheWay) return yield* busy
  })

  const build = Effect.fnUntraced(
    function* (
      caller: Caller,
      root: string,
      workspace: Workspace,
      parts: { readonly session: Session; readonly planned: PlannedWorktree; readonly follows: boolean }
    ) {
      const { follows, planned, session } = parts
      const added = yield* repository.add(root, workspace, { session, limit, making: planned.making })
      if (added === "full") return yield* refuse(caller, yield* repository.list(Caller.Trusted(), root))
      if (added === "name-taken") return yield* new WorkspaceExistsError({ name: workspace.name })
      if (added === "present") return yield* busy
      yield* worktrees.add(planned, { follows })
      if (yield* repository.finish(root, workspace.id)) return workspace
      // Somebody who took this process for dead has undone it in the store.
      yield* orLeave(
        workspace,
        "The worktree of a workspace that is gone could not be removed"
      )(worktrees.discard(planned))
      return yield* busy
    },
    (building, _, root) => Effect.onError(building, () => endCutOff.creations(root))
  )

  const place = Effect.fnUntraced(function* (caller: Caller, root: string, input: CreateWorkspace) {
    const { stuck } = yield* restoring.prepare(root)
    yield* refuseMeanwhile(input, stuck)
    const { all, made } = yield* look(caller, root, input.id)
    if (Option.isSome(made)) return made.value
    const now = yield* DateTime.now
    const userId = yield* ownerFor(caller)
    const id = input.id ?? (yield* ids.workspaceId)
    const name = yield* nameOf(input.name, [...all, ...stuck], now)
    const branch = input.branch ?? branchOf(name)
    const making = yield* worktrees.plan(branch)
    const session = yield* conversationOf({ id, name, userId }, now, {
      id: Option.fromNullable(input.sessionId),
      agent: input.agent
    })
    const workspace = new Workspace({
      id,
      userId,
      name,
      status: "active",
      branch: Option.some(branch),
      worktree: yield* worktrees.pathOf(id),
      sessionId: Option.some(session.id),
      ptyPid: Option.none(),
      currentPhase: Option.none(),
      metadata: {},
      createdAt: now,
      lastActivity: now
    })
    const planned = { id, branch, making }
    const follows = input.branch !== undefined
    return yield* build(caller, root, workspace, { session, planned, follows }).pipe(
      Effect.tap(about(workspace)(Effect.logInfo("A workspace was made"))),
      (building) => snapshot.after(root, building)
    )
  })

  return Effect.fn("WorkspaceManager.create")(function* (caller: Caller, input: CreateWorkspace) {
    yield* ownerFor(caller)
    if (input.agent !== undefined) yield* check(input.agent)
    const root = yield* worktrees.root
    const workspace = yield* turns.withPermits(1)(
      Effect.flatMap(look(caller, root, input.id), ({ made }) =>
        Option.match(made, {
          onNone: () => worktrees.exclusively(place(caller, root, input)),
          onSome: Effect.succeed
        })
      )
    )
    yield* Effect.annotateCurrentSpan({ workspaceId: workspace.id })
    return workspace
  })
})
