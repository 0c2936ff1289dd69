import { FileSystem } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { BranchName, WorkspaceName } from "@workspace/domain"
import { Effect, Option, TestClock } from "effect"
import { asAlice, asBob, managerOf, named, world } from "./manager/managed.ts"
import { commit, git, newRepository } from "./manager/repositories.ts"

const withWorld = Effect.provide(world)

/** A repository, and a manager of it, on the last day of January. */
const onThatDay = Effect.gen(function* () {
  yield* TestClock.setTime(Date.parse("2026-01-31T23:59:00.000Z"))
  const root = yield* newRepository
  return { root, manager: yield* managerOf(root) }
})

/** Branches without number, at the cost of one file. */
const branchesAt = (root: string, commit: string, names: ReadonlyArray<string>) =>
  Effect.flatMap(FileSystem.FileSystem, (files) =>
    files.writeFileString(
      `${root}/.git/packed-refs`,
      [
        "# pack-refs with: peeled fully-peeled sorted ",
        ...names.map((name) => `${commit} refs/heads/${name}`),
        ""
      ].join("\n")
    )
  )

describe("the name of a workspace that was given none", () => {
  it.scoped("is the next free one of the day, in UTC", () =>
    Effect.gen(function* () {
      const { manager } = yield* onThatDay
      const first = yield* manager.create(asAlice, {})
      assert.strictEqual(first.name, "feature-2026-01-31-001")
      assert.deepStrictEqual(first.branch, Option.some("feature/feature-2026-01-31-001"))
      assert.strictEqual((yield* manager.create(asBob, {})).name, "feature-2026-01-31-002")
      yield* TestClock.adjust("1 minute")
      assert.strictEqual((yield* manager.create(asAlice, {})).name, "feature-2026-02-01-001")
    }).pipe(withWorld)
  )

  it.scoped("is none of which a branch is left", () =>
    Effect.gen(function* () {
      const { manager, root } = yield* onThatDay
      const { id } = yield* manager.create(asAlice, {})
      yield* manager.destroy(asAlice, id, { force: false })
      yield* git(root, "branch", "feature/feature-2026-01-31-002/part")
      yield* manager.create(asAlice, named("feature-2026-01-31-003"))
      assert.strictEqual((yield* manager.create(asAlice, {})).name, "feature-2026-01-31-004")
      yield* git(root, "branch", "-D", "feature/feature-2026-01-31-001")
      assert.strictEqual((yield* manager.create(asAlice, {})).name, "feature-2026-01-31-001")
    }).pipe(withWorld)
  )

  it.scoped(
    "is none of a colleague's, and begins where the root's HEAD is; only a named branch begins at a remote one",
    () =>
      Effect.gen(function* () {
        const { manager, root } = yield* onThatDay
        const head = yield* git(root, "rev-parse", "HEAD")
        const origin = yield* newRepository
        const [first, given, own] = ["feature/feature-2026-01-31-001", "feature/given", "own"] as const
        yield* commit(origin, "of-the-colleague.txt")
        for (const branch of [first, given, own]) yield* git(origin, "branch", branch)
        yield* git(root, "remote", "add", "origin", origin)
        yield* git(root, "fetch", "-q", "origin")
        const unnamed = yield* manager.create(asAlice, {})
        assert.strictEqual(unnamed.name, "feature-2026-01-31-002")
        const ofName = yield* manager.create(asAlice, named("given"))
        for (const { worktree } of [unnamed, ofName]) {
          assert.strictEqual(yield* git(worktree, "rev-parse", "HEAD"), head)
        }
        const ofBranch = yield* manager.create(asAlice, { branch: BranchName.make(own) })
        assert.strictEqual(
          yield* git(ofBranch.worktree, "rev-parse", "HEAD"),
          yield* git(origin, "rev-parse", "HEAD")
        )
        assert.strictEqual(yield* git(root, "config", "--get", "--default=", `branch.${given}.remote`), "\n")
      }).pipe(withWorld)
  )

  it.scoped("is no other where the branch has one of its own", () =>
    Effect.gen(function* () {
      const { manager } = yield* onThatDay
      const own = yield* manager.create(asAlice, { branch: BranchName.make("own") })
      assert.deepInclude(own, {
        name: WorkspaceName.make("feature-2026-01-31-001"),
        branch: Option.some("own")
      })
      assert.strictEqual((yield* manager.create(asAlice, {})).name, "feature-2026-01-31-002")
    }).pipe(withWorld)
  )

  it.scoped("has more digits after 999", () =>
    Effect.gen(function* () {
      const { manager, root } = yield* onThatDay
      const commit = (yield* git(root, "rev-parse", "HEAD")).trim()
      const numbers = Array.from({ length: 999 }, (_, index) => String(index + 1).padStart(3, "0"))
      const names = numbers.map((number) => `feature/feature-2026-01-31-${number}`)
      yield* branchesAt(root, commit, names)
      assert.strictEqual((yield* manager.create(asAlice, {})).name, "feature-2026-01-31-1000")
      assert.strictEqual((yield* manager.create(asAlice, {})).name, "feature-2026-01-31-1001")
    }).pipe(withWorld)
  )
})
