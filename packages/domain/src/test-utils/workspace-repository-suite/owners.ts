import { assert } from "@effect/vitest"
import { assertEquals } from "@effect/vitest/utils"
import { Effect, Option } from "effect"
import { WorkspaceNotFoundError } from "../../errors/workspace.ts"
import { WorkspaceRepository } from "../../ports/workspace-repository.ts"
import type { Caller } from "../../types/caller.ts"
import type { Workspace } from "../../types/workspace.ts"
import { asAlice, asAnonymous, asBob, asNobody, bob } from "../callers.ts"
import { slotsHeld } from "../slots-held.ts"
import { added, all, get, later, newRoot, newWorkspace, remove, type WorkspacesIt } from "./fixtures.ts"

/** All that can be done to one workspace. */
const attemptsOn = (caller: Caller, root: string, { id }: Workspace) =>
  Effect.map(WorkspaceRepository, (workspaces) => [
    workspaces.get(caller, root, id),
    workspaces.update(caller, root, id, { status: "error" }),
    workspaces.touch(caller, root, id, later("1 hour")),
    workspaces.remove(caller, root, id)
  ])

export const describeOwners = (it: WorkspacesIt) => {
  it.effect("shows everybody his own and nobody's, oldest first", () =>
    Effect.gen(function* () {
      const workspaces = yield* WorkspaceRepository
      const root = newRoot()
      const at = (minutes: number) => ({
        createdAt: later(`${minutes} minutes`),
        lastActivity: later(`${60 - minutes} minutes`)
      })
      const third = yield* added(root, at(3))
      const first = yield* added(root, { ...at(1), userId: Option.none() })
      const fourth = yield* added(root, { ...at(4), userId: Option.some(bob) })
      const second = yield* added(root, at(2))
      yield* added(newRoot())
      assert.deepStrictEqual(yield* workspaces.list(asAlice, root), [first, second, third])
      assert.deepStrictEqual(yield* workspaces.list(asBob, root), [first, fourth])
      assert.deepStrictEqual(yield* workspaces.list(asNobody, root), [first, second, third, fourth])
      assert.deepStrictEqual(yield* workspaces.list(asAnonymous, root), [first])
      assert.strictEqual(yield* slotsHeld(root), 4)
    })
  )

  it.effect("lists those of one instant by their slots", () =>
    Effect.gen(function* () {
      const root = newRoot()
      const [first, second, ...others] = yield* Effect.replicateEffect(
        Effect.suspend(() => added(root)),
        9
      )
      assert(first !== undefined && second !== undefined)
      yield* remove(root, second)
      const inItsSlot = yield* added(root)
      assert.deepStrictEqual(yield* all(root), [first, inItsSlot, ...others])
    })
  )

  it.effect("tells a workspace of somebody else from a missing one by nothing", () =>
    Effect.gen(function* () {
      const root = newRoot()
      const workspace = yield* added(root)
      const notFound = new WorkspaceNotFoundError()
      for (const [caller, asked, where] of [
        [asBob, workspace, root],
        [asAnonymous, workspace, root],
        [asAlice, newWorkspace(), root],
        [asAlice, workspace, newRoot()],
        [asNobody, workspace, newRoot()]
      ] as const) {
        for (const attempt of yield* attemptsOn(caller, where, asked)) {
          assertEquals(yield* Effect.flip(attempt), notFound)
        }
      }
      assert.deepStrictEqual(yield* all(root), [workspace])
    })
  )

  it.effect("lets everybody use one of nobody, and a trusted caller each one", () =>
    Effect.gen(function* () {
      const root = newRoot()
      for (const [caller, owner] of [
        [asAlice, Option.none()],
        [asBob, Option.none()],
        [asNobody, Option.some(bob)],
        [asBob, Option.some(bob)]
      ] as const) {
        const workspace = yield* added(root, { userId: owner })
        for (const attempt of yield* attemptsOn(caller, root, workspace)) yield* attempt
        assertEquals(yield* Effect.flip(get(root, workspace)), new WorkspaceNotFoundError())
      }
    })
  )

  it.effect("removes a workspace once", () =>
    Effect.gen(function* () {
      const root = newRoot()
      const workspace = yield* added(root)
      const outcomes = yield* Effect.replicateEffect(Effect.either(remove(root, workspace, asAlice)), 10, {
        concurrency: "unbounded"
      })
      assert.lengthOf(
        outcomes.filter(({ _tag }) => _tag === "Right"),
        1
      )
      assert.strictEqual(yield* slotsHeld(root), 0)
    })
  )
}
