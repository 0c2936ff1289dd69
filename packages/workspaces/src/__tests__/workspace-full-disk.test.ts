import { execFileSync } from "node:child_process"
import { FileSystem } from "@effect/platform"
import { assert, it } from "@effect/vitest"
import { WorkspacesUnavailableError } from "@workspace/domain"
import { Effect } from "effect"
import { asAlice, managerOf, named, savedIn, world } from "./manager/managed.ts"
import { branches, commit, folders, git, newFolder, worktreesOf } from "./manager/repositories.ts"
import { mounted } from "./small-disk.ts"

it.scopedLive("a disk that is full, where one can be mounted", () =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const root = yield* newFolder
    if (!(yield* mounted(root, { megabytes: 8 }))) return
    yield* git(root, "init", "-q", "-b", "main")
    yield* commit(root, "a.txt", "a".repeat(1_048_576))
    const manager = yield* managerOf(root)
    const first = yield* manager.create(asAlice, named("first"))

    const filler = `${root}/.git/filler`
    /** All but so many pages are taken. */
    const fill = (left: number) =>
      Effect.gen(function* () {
        yield* files.remove(filler, { force: true })
        const free = Number(
          execFileSync("df", ["--output=avail", "-k", root], { encoding: "utf8" }).split("\n")[1]
        )
        yield* files.writeFile(filler, new Uint8Array(Math.max(0, free - 4 * left) * 1_024))
      })
    for (const left of [0, 1, 3, 10, 50]) {
      yield* fill(left)
      const error = yield* Effect.flip(manager.create(asAlice, named("second")))
      assert.deepInclude(error, { reason: "failed" })
      assert.instanceOf(error, WorkspacesUnavailableError)
      assert.deepStrictEqual(yield* worktreesOf(root), [first.worktree])
      assert.deepStrictEqual(yield* folders(root), [first.id])
      // git needs room even to remove a branch: that is made up for as soon as there is some.
      yield* files.remove(filler)
      const { removed, sessions } = yield* manager.restore(asAlice)
      assert.isAtMost(removed.length, 1)
      assert.deepStrictEqual(
        sessions.map(({ id }) => id),
        [first.id]
      )
      assert.deepStrictEqual(yield* branches(root), ["feature/first", "main"])
    }

    const { sessions } = yield* manager.list(asAlice)
    yield* fill(0)
    assert.strictEqual((yield* manager.update(asAlice, first.id, { status: "waiting" })).status, "waiting")
    assert.deepStrictEqual((yield* savedIn(root)).sessions, sessions)
    // Whoever works on the repository has to say so in a file.
    yield* fill(1)
    yield* manager.destroy(asAlice, first.id, { force: false })
    assert.deepStrictEqual((yield* savedIn(root)).sessions, [])
    yield* files.remove(filler, { force: true })
    yield* manager.create(asAlice, named("second"))
    assert.lengthOf((yield* savedIn(root)).sessions, 1)
  }).pipe(Effect.provide(world))
)
