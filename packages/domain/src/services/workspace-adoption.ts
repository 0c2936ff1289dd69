import { Cause, DateTime, Effect, Option } from "effect"
import { isStoreAway } from "../errors/unavailable.ts"
import { IdGenerator } from "../ports/id-generator.ts"
import { WorkspaceRepository } from "../ports/workspace-repository.ts"
import type { Worktree } from "../ports/worktrees.ts"
import type { Timestamp } from "../types/timestamp.ts"
import { Workspace } from "../types/workspace.ts"
import * as WorkspaceConversation from "./workspace-conversation.ts"
import { freeNameOfDay, nameFor } from "./workspace-naming.ts"

/** Adds to the store what it does not know: workspaces of the snapshot file, and worktrees. Not even the limit is in the way. */
export const make = Effect.gen(function* () {
  const conversationOf = yield* WorkspaceConversation.make
  const ids = yield* IdGenerator
  const repository = yield* WorkspaceRepository

  const addWith = Effect.fnUntraced(function* (
    root: string,
    workspace: Workspace,
    now: Timestamp,
    id: Workspace["sessionId"]
  ) {
    const session = yield* conversationOf(workspace, now, { id })
    const linked = new Workspace({
      ...workspace,
      sessionId: Option.some(session.id),
      // Whoever writes into the file may say otherwise.
      lastActivity: DateTime.max(workspace.createdAt, workspace.lastActivity)
    })
    const added = yield* repository.add(root, linked, { session })
    return added === "added" ? Option.some(linked) : Option.none()
  })

  /**
   * None where its id is in use: as that of another root, perhaps, from which the file was copied. Where its conversation is
   * somebody else's it gets a new one.
   */
  const add = (root: string, workspace: Workspace, now: Timestamp) =>
    Effect.catchSomeCause(addWith(root, workspace, now, workspace.sessionId), (cause) =>
      Option.isNone(workspace.sessionId) || Cause.isInterrupted(cause) || isStoreAway(cause)
        ? Option.none()
        : Option.some(addWith(root, workspace, now, Option.none()))
    )

  /** As another workspace, with a conversation of its own. */
  const addAnew = Effect.fnUntraced(function* (root: string, workspace: Workspace, now: Timestamp) {
    const id = yield* ids.workspaceId
    const added = yield* add(root, new Workspace({ ...workspace, id, sessionId: Option.none() }), now)
    return Option.isSome(added) ? added : yield* Effect.dieMessage("A new workspace is there already")
  })

  const addSomehow = Effect.fnUntraced(function* (root: string, workspace: Workspace, now: Timestamp) {
    const added = yield* add(root, workspace, now)
    return Option.isSome(added) ? added : yield* addAnew(root, workspace, now)
  })

  return {
    /** A worktree that nobody knew. Its name comes to the others. */
    adopt: Effect.fnUntraced(function* (
      root: string,
      worktree: Worktree,
      { names, userId }: { readonly userId: Workspace["userId"]; readonly names: Set<string> }
    ) {
      const now = yield* DateTime.now
      const name = nameFor(worktree, now, names)
      names.add(name)
      const workspace = new Workspace({
        id: Option.isSome(worktree.id) ? worktree.id.value : yield* ids.workspaceId,
        userId,
        name,
        status: "idle",
        branch: worktree.branch,
        worktree: worktree.path,
        sessionId: Option.none(),
        ptyPid: Option.none(),
        currentPhase: Option.none(),
        metadata: {},
        createdAt: now,
        lastActivity: now
      })
      return yield* addSomehow(root, workspace, now)
    }),

    /** One of the snapshot file, with its worktree. Its name comes to the others. */
    addFound: Effect.fnUntraced(function* (
      root: string,
      workspace: Workspace,
      worktree: Worktree,
      names: Set<string>
    ) {
      const now = yield* DateTime.now
      const name = names.has(workspace.name) ? nameFor(worktree, now, names) : workspace.name
      names.add(name)
      const { branch, path } = worktree
      const found = workspace.restored({ status: "idle", branch, worktree: path })
      return yield* addSomehow(root, new Workspace({ ...found, name }), now)
    }),

    /** One of the snapshot file whose worktree is gone. Its name comes to the others. */
    addLost: Effect.fnUntraced(function* (root: string, workspace: Workspace, names: Set<string>) {
      const now = yield* DateTime.now
      const name = names.has(workspace.name) ? freeNameOfDay(now, names) : workspace.name
      names.add(name)
      const lost = workspace.restored({ ...workspace, status: "error" })
      return yield* add(root, new Workspace({ ...lost, name }), now)
    })
  }
})
