import { assert } from "@effect/vitest"
import { Array, Effect } from "effect"
import { asNobody } from "../callers.ts"
import { listOf } from "../listed.ts"
import { slotsHeld } from "../slots-held.ts"
import { add, added, all, newRoot, newWorkspace, remove, type WorkspacesIt } from "./fixtures.ts"

const addAnother = (root: string, limit: number) => Effect.suspend(() => add(root, newWorkspace(), { limit }))

export const describeLimits = (it: WorkspacesIt) => {
  it.effect("admits exactly 4 of 60 at once, in each of 20 roots, and makes conversations for no other", () =>
    Effect.gen(function* () {
      const roots = Array.makeBy(20, newRoot)
      const before = (yield* listOf(asNobody, { limit: 1 })).count
      const outcomes = yield* Effect.forEach(
        roots,
        (root) => Effect.replicateEffect(addAnother(root, 4), 60, { concurrency: "unbounded" }),
        { concurrency: "unbounded" }
      )
      for (const [root, own] of Array.zip(roots, outcomes)) {
        assert.lengthOf(
          own.filter((outcome) => outcome === "added"),
          4
        )
        assert.lengthOf(
          own.filter((outcome) => outcome === "full"),
          56
        )
        assert.lengthOf(yield* all(root), 4)
      }
      const { count: after } = yield* listOf(asNobody, { limit: 1 })
      assert.strictEqual(after - before, 80)
    })
  )

  it.effect("has room again once one is removed, and only for one", () =>
    Effect.gen(function* () {
      const root = newRoot()
      const [first] = yield* Effect.replicateEffect(
        Effect.suspend(() => added(root, {}, { limit: 3 })),
        3
      )
      assert(first !== undefined)
      assert.strictEqual(yield* addAnother(root, 3), "full")
      yield* remove(root, first)
      const outcomes = yield* Effect.replicateEffect(addAnother(root, 3), 10, { concurrency: "unbounded" })
      assert.sameMembers(outcomes, ["added", ...Array.makeBy(9, () => "full" as const)])
      assert.strictEqual(yield* slotsHeld(root), 3)
    })
  )

  it.effect("takes any number without a limit, all of them at once", () =>
    Effect.gen(function* () {
      const root = newRoot()
      const outcomes = yield* Effect.replicateEffect(
        Effect.suspend(() => add(root)),
        40,
        { concurrency: "unbounded" }
      )
      assert.deepStrictEqual(
        outcomes,
        outcomes.map(() => "added" as const)
      )
      assert.strictEqual(yield* slotsHeld(root), 40)
    })
  )

  it.effect("admits none under a limit below what there is, until enough are removed", () =>
    Effect.gen(function* () {
      const root = newRoot()
      const six = yield* Effect.replicateEffect(
        Effect.suspend(() => added(root)),
        6
      )
      for (const workspace of six.slice(0, 3)) {
        assert.strictEqual(yield* addAnother(root, 4), "full")
        yield* remove(root, workspace)
      }
      assert.strictEqual(yield* addAnother(root, 4), "added")
      assert.strictEqual(yield* addAnother(root, 4), "full")
      assert.strictEqual(yield* slotsHeld(root), 4)
    })
  )

  it.effect("never has more than the limit while some are removed and others added", () =>
    Effect.gen(function* () {
      const root = newRoot()
      const addAndRemove = Effect.gen(function* () {
        const workspace = newWorkspace()
        const outcome = yield* add(root, workspace, { limit: 4 })
        const held = yield* slotsHeld(root)
        if (outcome === "added") yield* remove(root, workspace)
        return held
      })
      const counts = yield* Effect.replicateEffect(Effect.replicateEffect(addAndRemove, 6), 12, {
        concurrency: "unbounded"
      })
      assert.isAtMost(Math.max(...counts.flat()), 4)
      assert.strictEqual(yield* slotsHeld(root), 0)
      assert.strictEqual(yield* addAnother(root, 1), "added")
    })
  )
}
