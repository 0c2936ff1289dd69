import { FileSystem } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { assertEquals } from "@effect/vitest/utils"
import { UncommittedWorkError, WorkspaceNotFoundError, type WorktreeChanges } from "@workspace/domain"
import { Effect } from "effect"
import { asAlice, asBob, managerOf, named, trusted, world } from "./manager/managed.ts"
import {
  branches,
  commit,
  emptyRepository,
  folders,
  git,
  newRepository,
  worktreesOf
} from "./manager/repositories.ts"

const withWorld = Effect.provide(world)

/** A workspace of Alice's, in a repository of its own. */
const aWorkspace = Effect.gen(function* () {
  const root = yield* newRepository
  const manager = yield* managerOf(root)
  const workspace = yield* manager.create(asAlice, named("a"))
  const destroy = (force = false) => manager.destroy(asAlice, workspace.id, { force })
  return { destroy, manager, root, workspace, worktree: workspace.worktree }
})

/** Nothing is there of it but its branch. */
const isGone = Effect.fnUntraced(function* ({
  manager,
  root,
  workspace
}: Effect.Effect.Success<typeof aWorkspace>) {
  assert.instanceOf(yield* Effect.flip(manager.get(asAlice, workspace.id)), WorkspaceNotFoundError)
  assert.deepStrictEqual(yield* worktreesOf(root), [])
  assert.deepStrictEqual(yield* folders(root), [])
  assert.deepStrictEqual(yield* branches(root), ["feature/a", "main"])
})

/** It is refused, all is as it was, and goes only by force. */
const isKept = Effect.fnUntraced(function* (
  made: Effect.Effect.Success<typeof aWorkspace>,
  lost: Partial<WorktreeChanges>
) {
  const { destroy, manager, root, workspace } = made
  const status = yield* git(workspace.worktree, "status", "--porcelain")
  assertEquals(
    yield* Effect.flip(destroy()),
    new UncommittedWorkError({
      workspaceId: workspace.id,
      changedFiles: 0,
      unnamedCommits: false,
      locked: false,
      ...lost
    })
  )
  assert.deepStrictEqual(yield* manager.get(asAlice, workspace.id), workspace)
  assert.deepStrictEqual(yield* worktreesOf(root), [workspace.worktree])
  assert.strictEqual(yield* git(workspace.worktree, "status", "--porcelain"), status)
  yield* destroy(true)
  yield* isGone(made)
})

describe("a workspace that is destroyed", () => {
  it.scopedLive("goes with its worktree, and leaves its branch, its commits and its conversation", () =>
    Effect.gen(function* () {
      const made = yield* aWorkspace
      yield* commit(made.worktree, "b.txt")
      const head = yield* git(made.worktree, "rev-parse", "HEAD")
      yield* made.destroy()
      yield* isGone(made)
      assert.strictEqual(yield* git(made.root, "rev-parse", "feature/a"), head)
      const again = yield* made.manager.create(asAlice, named("a"))
      assert.strictEqual(yield* git(again.worktree, "rev-parse", "HEAD"), head)
    }).pipe(withWorld)
  )

  it.scopedLive("is not found again, nor by whoever does not see it", () =>
    Effect.gen(function* () {
      const made = yield* aWorkspace
      const ofBob = yield* Effect.flip(made.manager.destroy(asBob, made.workspace.id, { force: true }))
      assertEquals(ofBob, new WorkspaceNotFoundError())
      const both = yield* Effect.all([Effect.either(made.destroy()), Effect.either(made.destroy())], {
        concurrency: "unbounded"
      })
      assert.deepStrictEqual(both.map(({ _tag }) => _tag).sort(), ["Left", "Right"])
      yield* isGone(made)
    }).pipe(withWorld)
  )

  it.scopedLive("is kept for what is changed, staged, removed or new in it", () =>
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      const made = yield* aWorkspace
      yield* files.writeFileString(`${made.worktree}/a.txt`, "changed")
      yield* files.makeDirectory(`${made.worktree}/new`)
      yield* files.writeFileString(`${made.worktree}/new/ä\n.txt`, "new")
      yield* files.writeFileString(`${made.worktree}/staged.txt`, "staged")
      yield* git(made.worktree, "add", "staged.txt")
      yield* isKept(made, { changedFiles: 3 })
    }).pipe(withWorld)
  )

  it.scopedLive("is kept for commits that no branch holds, but not for those that one does", () =>
    Effect.gen(function* () {
      const made = yield* aWorkspace
      yield* git(made.worktree, "checkout", "-q", "--detach")
      yield* commit(made.worktree, "b.txt")
      yield* git(made.root, "branch", "holder", (yield* git(made.worktree, "rev-parse", "HEAD")).trim())
      yield* commit(made.worktree, "c.txt")
      const error = yield* Effect.flip(made.destroy())
      assert.deepInclude(error, { changedFiles: 0, unnamedCommits: true })
      yield* git(made.root, "branch", "-f", "holder", (yield* git(made.worktree, "rev-parse", "HEAD")).trim())
      yield* made.destroy()
      assert.deepStrictEqual(yield* worktreesOf(made.root), [])
    }).pipe(withWorld)
  )

  it.scopedLive("is not kept for what git ignores", () =>
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      const made = yield* aWorkspace
      yield* commit(made.worktree, ".gitignore", "built/\n")
      yield* files.makeDirectory(`${made.worktree}/built`)
      yield* files.writeFileString(`${made.worktree}/built/a.o`, "")
      yield* made.destroy()
      yield* isGone(made)
    }).pipe(withWorld)
  )

  it.scopedLive("is kept for somebody who has locked its worktree", () =>
    Effect.gen(function* () {
      const made = yield* aWorkspace
      yield* git(made.root, "worktree", "lock", made.worktree)
      yield* isKept(made, { locked: true })
    }).pipe(withWorld)
  )

  it.scopedLive("waits for no lock of an index", () =>
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      const made = yield* aWorkspace
      yield* files.writeFileString(`${made.root}/.git/index.lock`, "")
      const indexLock = (yield* git(made.worktree, "rev-parse", "--git-path", "index.lock")).trim()
      yield* files.writeFileString(indexLock, "")
      yield* made.manager.create(asAlice, named("b"))
      yield* made.destroy()
      assert.lengthOf(yield* worktreesOf(made.root), 1)
    }).pipe(withWorld)
  )

  it.scopedLive("goes where its worktree was removed by hand", () =>
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      const removed = yield* aWorkspace
      yield* git(removed.root, "worktree", "remove", removed.worktree)
      yield* removed.destroy()
      yield* isGone(removed)
      const deleted = yield* aWorkspace
      yield* files.remove(deleted.worktree, { recursive: true })
      yield* deleted.destroy()
      yield* isGone(deleted)
    }).pipe(withWorld)
  )

  it.scopedLive("goes with a worktree that somebody made elsewhere below the root", () =>
    Effect.gen(function* () {
      const root = yield* newRepository
      yield* git(root, "worktree", "add", "-q", "-b", "own", "wt/own")
      const manager = yield* managerOf(root)
      const [id] = (yield* manager.restore(trusted)).adopted
      assert.isDefined(id)
      if (id === undefined) return
      yield* manager.destroy(asAlice, id, { force: false })
      assert.deepStrictEqual(yield* worktreesOf(root), [])
      assert.deepStrictEqual(yield* folders(root), [])
    }).pipe(withWorld)
  )

  it.scopedLive("in a repository without commits is kept for what is in it", () =>
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      const root = yield* emptyRepository
      const manager = yield* managerOf(root)
      const { id, worktree } = yield* manager.create(asAlice, named("a"))
      assert.strictEqual(yield* git(worktree, "branch", "--show-current"), "feature/a\n")
      yield* files.writeFileString(`${worktree}/a.txt`, "")
      const error = yield* Effect.flip(manager.destroy(asAlice, id, { force: false }))
      assert.deepInclude(error, { changedFiles: 1, unnamedCommits: false })
      yield* git(worktree, "add", "a.txt")
      yield* git(worktree, "commit", "-q", "-m", "The first one")
      yield* manager.destroy(asAlice, id, { force: false })
      assert.deepStrictEqual(yield* branches(root), ["feature/a"])
      assert.deepStrictEqual(yield* worktreesOf(root), [])
    }).pipe(withWorld)
  )
})
