import { execFileSync } from "node:child_process"
import { randomBytes } from "node:crypto"
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, it } from "@effect/vitest"
import { Workspace, WorkspaceSnapshot, WorkspaceSnapshots, Worktrees } from "@workspace/domain"
import { Effect } from "effect"
import {
  adapters,
  folder,
  git,
  idOf,
  initialize,
  leftIn,
  make,
  nothing,
  planned,
  withRoot
} from "./git-root.ts"
import { mounted } from "./small-disk.ts"
import { workspaceOf } from "./workspaces.ts"

const fill = (file: string) => {
  assert.throws(() => writeFileSync(file, randomBytes(8_388_608)))
}

it.scopedLive("a real disk that is full, where one can be mounted", () =>
  Effect.gen(function* () {
    const root = yield* folder
    if (!(yield* mounted(root, { megabytes: 4 }))) return
    initialize(root)
    writeFileSync(join(root, "large"), randomBytes(1_500_000))
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "Large")
    yield* Effect.gen(function* () {
      const worktrees = yield* Worktrees
      const snapshots = yield* WorkspaceSnapshots
      yield* worktrees.exclusively(worktrees.root)
      const sessions = [workspaceOf(root, 1)]
      yield* snapshots.write(Effect.succeed(sessions))
      const before = readdirSync(root)

      // There is no room for another checkout.
      const error = yield* Effect.flip(worktrees.exclusively(make(1, "feature/a")))
      assert.deepInclude(error, { _tag: "WorkspacesUnavailableError", reason: "failed" })
      assert.deepStrictEqual(leftIn(root), nothing)
      assert.sameMembers(readdirSync(root), [...before, ".worktrees"])

      // Nor for a larger snapshot.
      const text = "x".repeat(16_000)
      const many = Array.from(
        { length: 64 },
        (_, number) => new Workspace({ ...workspaceOf(root, number), metadata: { text } })
      )
      writeFileSync(join(root, "room"), Buffer.alloc(100_000))
      fill(join(root, "filling"))
      execFileSync("rm", [join(root, "room")])
      assert.strictEqual((yield* Effect.flip(snapshots.write(Effect.succeed(many)))).reason, "failed")
      assert.deepStrictEqual(yield* snapshots.read, WorkspaceSnapshot.Read({ sessions }))
      assert.sameMembers(readdirSync(root), [...before, ".worktrees", "filling"])

      // With no room at all nothing is made, and nothing gets stuck.
      fill(join(root, "rest"))
      const none = yield* Effect.flip(
        worktrees.exclusively(worktrees.add(planned(1, "feature/a"), { follows: false }))
      )
      assert.deepInclude(none, { _tag: "WorkspacesUnavailableError", reason: "failed" })
      assert.deepStrictEqual(leftIn(root), nothing)
      execFileSync("rm", [join(root, "rest"), join(root, "filling"), join(root, "large")])
      git(root, "rm", "-q", "--cached", "large")
      git(root, "commit", "-q", "-m", "Without it")
      assert.isTrue(existsSync(join(yield* worktrees.exclusively(make(1, "feature/a")), "README")))
      assert.strictEqual(readFileSync(join(root, ".git", "HEAD"), "utf8"), "ref: refs/heads/main\n")
    }).pipe(Effect.provide(adapters(root)))
  })
)

it.scopedLive("a worktree on another disk than the root's is retired as well, where one can be mounted", () =>
  withRoot((root) =>
    Effect.gen(function* () {
      const worktrees = yield* Worktrees
      mkdirSync(join(root, "disk"))
      if (!(yield* mounted(join(root, "disk"), { megabytes: 4 }))) return
      const path = join(root, "disk", "far")
      git(root, "worktree", "add", "-q", "-b", "far", path)
      writeFileSync(join(path, "draft"), "")
      git(root, "worktree", "lock", path)
      yield* worktrees.retire(idOf(1), path)
      assert.deepStrictEqual(yield* worktrees.retired, [idOf(1)])
      assert.deepStrictEqual((yield* worktrees.list).worktrees, [])
      yield* worktrees.clear(idOf(1))
      assert.isFalse(existsSync(path))
      assert.deepStrictEqual(leftIn(root), { ...nothing, branches: ["far"] })
    })
  )
)
