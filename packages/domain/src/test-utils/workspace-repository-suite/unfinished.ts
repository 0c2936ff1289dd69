import { assert } from "@effect/vitest"
import { assertEquals } from "@effect/vitest/utils"
import { Effect, Option } from "effect"
import { SessionNotFoundError } from "../../errors/session.ts"
import { WorkspaceNotFoundError } from "../../errors/workspace.ts"
import { SessionRepository } from "../../ports/session-repository.ts"
import { WorkspaceRepository } from "../../ports/workspace-repository.ts"
import { asAlice, asNobody } from "../callers.ts"
import { appendMany, now } from "../session-repository-suite/fixtures.ts"
import { slotsHeld } from "../slots-held.ts"
import {
  add,
  added,
  all,
  get,
  newRoot,
  newWorkspace,
  remove,
  sessionOf,
  type WorkspacesIt
} from "./fixtures.ts"

export const describeUnfinished = (it: WorkspacesIt) => {
  it.effect("sees a creation only once it has ended", () =>
    Effect.gen(function* () {
      const workspaces = yield* WorkspaceRepository
      const root = newRoot()
      const workspace = yield* added(root, {}, { making: "branch" })
      const { id } = workspace
      const notFound = new WorkspaceNotFoundError()
      for (const caller of [asAlice, asNobody]) {
        for (const attempt of [
          workspaces.get(caller, root, id),
          workspaces.update(caller, root, id, { status: "error" }),
          workspaces.touch(caller, root, id, now),
          workspaces.remove(caller, root, id)
        ]) {
          assertEquals(yield* Effect.flip(attempt), notFound)
        }
        assert.deepStrictEqual(yield* workspaces.list(caller, root), [])
      }
      yield* workspaces.restore(
        root,
        workspace.restored({ status: "idle", branch: Option.none(), worktree: "/w/x" }),
        sessionOf(newWorkspace())
      )
      assert.deepStrictEqual(yield* workspaces.unfinished(root), [{ workspace, making: "branch" }])
      assert.isTrue(yield* workspaces.finish(root, id))
      assert.deepStrictEqual(yield* workspaces.unfinished(root), [])
      assert.deepStrictEqual(yield* get(root, workspace, asAlice), workspace)
      assert.deepStrictEqual(yield* all(root), [workspace])
    })
  )

  it.effect("holds a slot, a name and a worktree for a creation that has not ended", () =>
    Effect.gen(function* () {
      const workspaces = yield* WorkspaceRepository
      const root = newRoot()
      const workspace = yield* added(root, {}, { making: "worktree", limit: 1 })
      const { id, name, worktree } = workspace
      assert.strictEqual(yield* slotsHeld(root), 1)
      assert.strictEqual(yield* add(root, newWorkspace(), { limit: 1 }), "full")
      assert.strictEqual(yield* add(root, newWorkspace({ name })), "name-taken")
      assert.strictEqual(yield* add(root, newWorkspace({ worktree })), "present")
      assert.strictEqual(yield* add(root, newWorkspace({ id })), "present")
      yield* workspaces.forget(root, id)
      assert.strictEqual(yield* slotsHeld(root), 0)
      assert.strictEqual(yield* add(root, workspace, { limit: 1 }), "added")
      assert.deepStrictEqual(yield* all(root), [workspace])
    })
  )

  it.effect("forgets a creation with its conversation, but not what was said in it", () =>
    Effect.gen(function* () {
      const workspaces = yield* WorkspaceRepository
      const sessions = yield* SessionRepository
      const root = newRoot()
      const silent = yield* added(root, {}, { making: "branch" })
      const spoken = yield* added(root, {}, { making: "branch" })
      const [nothing, something] = [silent, spoken].map(({ sessionId }) => Option.getOrThrow(sessionId))
      assert(nothing !== undefined && something !== undefined)
      const messages = yield* appendMany(something, 1)
      yield* workspaces.forget(root, silent.id)
      yield* workspaces.forget(root, spoken.id)
      assert.deepStrictEqual(yield* workspaces.unfinished(root), [])
      assert.strictEqual(yield* slotsHeld(root), 0)
      assertEquals(
        yield* Effect.flip(sessions.load(asNobody, nothing)),
        new SessionNotFoundError({ sessionId: nothing })
      )
      assert.deepStrictEqual((yield* sessions.load(asNobody, something)).messages, messages)
    })
  )

  it.effect("forgets a creation whose conversation was removed", () =>
    Effect.gen(function* () {
      const workspaces = yield* WorkspaceRepository
      const sessions = yield* SessionRepository
      const root = newRoot()
      const workspace = yield* added(root, {}, { making: "branch" })
      yield* sessions.remove(asNobody, Option.getOrThrow(workspace.sessionId))
      assert.deepStrictEqual(
        (yield* workspaces.unfinished(root)).map((_) => _.workspace.sessionId),
        [Option.none()]
      )
      yield* workspaces.forget(root, workspace.id)
      assert.strictEqual(yield* slotsHeld(root), 0)
    })
  )

  it.effect("forgets and finishes nothing else", () =>
    Effect.gen(function* () {
      const workspaces = yield* WorkspaceRepository
      const [root, other] = [newRoot(), newRoot()]
      const made = yield* added(root)
      const making = yield* added(root, {}, { making: "branch" })
      yield* workspaces.forget(root, made.id)
      yield* workspaces.forget(other, making.id)
      assert.isFalse(yield* workspaces.finish(other, making.id))
      assert.isFalse(yield* workspaces.finish(root, newWorkspace().id))
      yield* workspaces.forget(root, newWorkspace().id)
      assert.deepStrictEqual(yield* all(root), [made])
      assert.deepStrictEqual(yield* workspaces.unfinished(root), [{ workspace: making, making: "branch" }])
      assert.deepStrictEqual(yield* workspaces.unfinished(other), [])
      assert.isTrue(yield* workspaces.finish(root, made.id))
      assert.deepStrictEqual(yield* all(root), [made])
      yield* remove(root, made)
    })
  )

  it.effect("either ends a creation or forgets it, if both come at once", () =>
    Effect.gen(function* () {
      const workspaces = yield* WorkspaceRepository
      const sessions = yield* SessionRepository
      const root = newRoot()
      const creations = yield* Effect.replicateEffect(
        Effect.suspend(() => added(root, {}, { making: "branch" })),
        20
      )
      const ends = yield* Effect.forEach(
        creations,
        ({ id }) =>
          Effect.all([workspaces.finish(root, id), workspaces.forget(root, id)], {
            concurrency: "unbounded"
          }),
        { concurrency: "unbounded" }
      )
      const left = yield* all(root)
      assert.deepStrictEqual(yield* workspaces.unfinished(root), [])
      for (const [index, workspace] of creations.entries()) {
        const sessionId = Option.getOrThrow(workspace.sessionId)
        const isThere = Option.isSome(yield* Effect.option(sessions.load(asNobody, sessionId)))
        const isLeft = left.some(({ id }) => id === workspace.id)
        assert.deepStrictEqual(isThere, isLeft)
        assert.strictEqual(ends[index]?.[0], isLeft)
      }
      assert.strictEqual(yield* slotsHeld(root), left.length)
    })
  )
}
