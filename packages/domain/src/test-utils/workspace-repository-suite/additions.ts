import { assert } from "@effect/vitest"
import { Effect, Option } from "effect"
import { WorkspaceStatus } from "../../types/workspace.ts"
import { slotsHeld } from "../slots-held.ts"
import { add, added, all, get, newRoot, newWorkspace, type WorkspacesIt } from "./fixtures.ts"

export const describeAdditions = (it: WorkspacesIt) => {
  it.effect("keeps all that a workspace is made of", () =>
    Effect.gen(function* () {
      const root = newRoot()
      const full = yield* added(root, {
        branch: Option.some("feature/ä 🙂'\"\\"),
        worktree: "/w/a b/é/$(id)",
        ptyPid: Option.some(2_147_483_647),
        currentPhase: Option.some("'; --"),
        metadata: { "a.b": [1, null, { "🙂": "'\"\\" }], toString: "x" }
      })
      const bare = yield* added(root, { userId: Option.none(), branch: Option.none() })
      assert.deepStrictEqual(yield* get(root, full), full)
      assert.deepStrictEqual(yield* get(root, bare), bare)
      for (const status of WorkspaceStatus.literals) {
        const workspace = yield* added(root, { status })
        assert.deepStrictEqual(yield* get(root, workspace), workspace)
      }
    })
  )

  it.effect("gives a name and a worktree to one of a root, and to one of each root", () =>
    Effect.gen(function* () {
      const [root, other] = [newRoot(), newRoot()]
      const first = yield* added(root)
      const { name, worktree } = first
      assert.strictEqual(yield* add(root, newWorkspace({ name })), "name-taken")
      assert.strictEqual(yield* add(root, newWorkspace({ worktree })), "present")
      const elsewhere = yield* added(other, { name, worktree })
      assert.deepStrictEqual(yield* all(root), [first])
      assert.deepStrictEqual(yield* all(other), [elsewhere])
    })
  )

  it.effect("gives an id to one of all roots", () =>
    Effect.gen(function* () {
      const [root, other] = [newRoot(), newRoot()]
      const first = yield* added(root)
      assert.strictEqual(yield* add(root, first), "present")
      assert.strictEqual(yield* add(root, newWorkspace({ id: first.id })), "present")
      assert.strictEqual(yield* add(other, newWorkspace({ id: first.id })), "present")
      assert.deepStrictEqual(yield* all(root), [first])
      assert.strictEqual(yield* slotsHeld(other), 0)
    })
  )

  it.effect(
    "tells first that it is there already, then that there are too many, then that its name is taken",
    () =>
      Effect.gen(function* () {
        const root = newRoot()
        const { id, name, worktree } = yield* added(root)
        const limit = 1
        assert.strictEqual(yield* add(root, newWorkspace({ id, name }), { limit }), "present")
        assert.strictEqual(yield* add(root, newWorkspace({ name, worktree }), { limit }), "present")
        assert.strictEqual(yield* add(root, newWorkspace({ name }), { limit }), "full")
        assert.strictEqual(yield* add(root, newWorkspace({ name }), { limit: 2 }), "name-taken")
      })
  )

  it.effect.each(["name", "worktree", "id"] as const)("lets one of 20 at once have a %s", (key) =>
    Effect.gen(function* () {
      const root = newRoot()
      const shared = { [key]: newWorkspace()[key] }
      const outcomes = yield* Effect.replicateEffect(
        Effect.suspend(() => add(root, newWorkspace(shared))),
        20,
        { concurrency: "unbounded" }
      )
      const refused = key === "name" ? "name-taken" : "present"
      assert.sameMembers(outcomes, ["added", ...Array.from({ length: 19 }, () => refused)])
      assert.lengthOf(yield* all(root), 1)
    })
  )
}
