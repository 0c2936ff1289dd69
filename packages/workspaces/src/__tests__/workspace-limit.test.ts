import { FileSystem } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { MaxSessionsError } from "@workspace/domain"
import { Effect, TestClock } from "effect"
import { asAlice, asBob, managerOf, named, newStore, trusted, world } from "./manager/managed.ts"
import { branches, folders, git, newRepository, worktreesOf } from "./manager/repositories.ts"

const withWorld = Effect.provide(world)

describe("the limit", () => {
  it.scoped("says which could be destroyed, least recently active first, and only one's own", () =>
    Effect.gen(function* () {
      const root = yield* newRepository
      const manager = yield* managerOf(root)
      const [a, b, c] = yield* Effect.forEach(["a", "b", "c"], (name) => manager.create(asAlice, named(name)))
      const nobodys = yield* manager.create(trusted, named("d"))
      for (const workspace of [c, a, nobodys, b]) {
        yield* TestClock.adjust("1 second")
        yield* manager.touch(trusted, workspace?.id ?? nobodys.id)
      }
      const error = yield* Effect.flip(manager.create(asAlice, named("e")))
      assert.instanceOf(error, MaxSessionsError)
      assert.strictEqual(error.maximum, 4)
      assert.strictEqual(error.detail, "Maximum 4 sessions supported. Destroy a session to create a new one.")
      assert.deepStrictEqual(
        error.sessions.map(({ name }) => name),
        [c, a, nobodys, b].map((workspace) => workspace?.name)
      )
      const ofBob = yield* Effect.flip(manager.create(asBob, named("e")))
      assert.instanceOf(ofBob, MaxSessionsError)
      assert.deepStrictEqual(
        ofBob.sessions.map(({ name }) => name),
        ["d"]
      )
      assert.lengthOf(yield* worktreesOf(root), 4)
      assert.notInclude(yield* branches(root), "feature/e")

      yield* manager.destroy(asAlice, a?.id ?? nobodys.id, { force: false })
      assert.strictEqual((yield* manager.create(asBob, named("e"))).name, "e")
    }).pipe(withWorld)
  )

  it.scoped("admits exactly 4 each of 60 at once for 20 roots", () =>
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      const first = yield* newRepository
      const roots = yield* Effect.forEach(Array.from({ length: 20 }), (_, index) =>
        Effect.gen(function* () {
          const root = `${yield* files.realPath(yield* files.makeTempDirectoryScoped())}/${index}`
          yield* git(first, "clone", "-q", "--", first, root)
          return { root, manager: yield* Effect.provide(managerOf(root), newStore) }
        })
      )
      const outcomes = yield* Effect.forEach(
        Array.from({ length: 60 }, (_, index) => index),
        (index) =>
          Effect.forEach(
            roots,
            ({ manager }) => Effect.either(manager.create(asAlice, named(`w-${index}`))),
            {
              concurrency: "unbounded"
            }
          ),
        { concurrency: "unbounded" }
      )
      for (const [index, { manager, root }] of roots.entries()) {
        const ofRoot = outcomes.flatMap((all) => all.slice(index, index + 1))
        const refused = ofRoot.flatMap((outcome) => (outcome._tag === "Left" ? [outcome.left] : []))
        assert.lengthOf(refused, 56)
        for (const error of refused) assert.instanceOf(error, MaxSessionsError)
        const { sessions } = yield* manager.list(asAlice)
        assert.lengthOf(sessions, 4)
        assert.deepStrictEqual(
          (yield* worktreesOf(root)).sort(),
          sessions.map(({ worktree }) => worktree).sort()
        )
        assert.lengthOf(yield* folders(root), 4)
        assert.lengthOf(yield* branches(root), 5)
      }
    }).pipe(withWorld)
  )
})
