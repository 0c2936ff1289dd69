import { existsSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { PlatformError } from "@effect/platform/Error"
import { assert, describe, it } from "@effect/vitest"
import { Worktrees } from "@workspace/domain"
import { Effect, Option } from "effect"
import {
  adapters,
  commitFile,
  folder,
  git,
  idOf,
  initialize,
  leftIn,
  make,
  nothing,
  planned,
  systemError,
  withRoot
} from "./git-root.ts"

const none = { changedFiles: 0, unnamedCommits: false, locked: false }

const changes = (path: string) =>
  Effect.flatMap(Worktrees, (worktrees) => Effect.map(worktrees.changes(path), Option.getOrThrow))

describe("a worktree that cannot be looked at", () => {
  it.scopedLive("is not taken for one that is gone", () =>
    withRoot((root) =>
      Effect.gen(function* () {
        const path = yield* make(1, "feature/a")
        for (const what of [path, join(path, ".git"), join(root, ".git", "worktrees", idOf(1))]) {
          for (const code of ["EIO", "EMFILE", "EACCES"]) {
            const fails = <A>(place: string, real: Effect.Effect<A, PlatformError>) =>
              place === what ? Effect.fail(systemError(code, place)) : real
            const broken = adapters(root, {}, (real) => ({
              access: (place) => fails(place, real.access(place)),
              readFileString: (place) => fails(place, real.readFileString(place)),
              realPath: (place) => fails(place, real.realPath(place))
            }))
            const errors = yield* Effect.flatMap(Worktrees, ({ changes, list }) =>
              Effect.all([Effect.flip(list), Effect.flip(changes(path))])
            ).pipe(Effect.provide(broken))
            assert.deepStrictEqual(
              errors.map(({ reason }) => reason),
              ["failed", "failed"]
            )
          }
        }
        assert.isTrue(existsSync(path))
      })
    )
  )
})

describe("what would be lost with a worktree", () => {
  it.scopedLive(
    "counts changed, added, removed, renamed and untracked files, but none that git ignores",
    () =>
      withRoot((root) =>
        Effect.gen(function* () {
          for (const name of ["changed", "removed", "staged", "renamed"]) commitFile(root, name, `${name}\n`)
          commitFile(root, ".gitignore", "ignored\n")
          const path = yield* make(1, "feature/a")
          assert.deepStrictEqual(yield* changes(path), none)
          writeFileSync(join(path, "ignored"), "")
          assert.deepStrictEqual(yield* changes(path), none)
          writeFileSync(join(path, "changed"), "anew")
          rmSync(join(path, "removed"))
          writeFileSync(join(path, "staged"), "anew")
          git(path, "add", "staged")
          git(path, "mv", "renamed", "other")
          git(path, "-c", "core.quotePath=false", "checkout", "-q", "-b", "on")
          writeFileSync(join(path, "new\nline and space"), "")
          writeFileSync(Buffer.concat([Buffer.from(`${path}/`), Buffer.from([0xff, 0xfe])]), "")
          // Renamed: one that is gone and one that is new.
          assert.deepStrictEqual(yield* changes(path), { ...none, changedFiles: 7 })
          // Looking at it has changed nothing.
          assert.strictEqual(git(root, "status", "--porcelain"), "?? .worktrees/\n")
        })
      )
  )

  it.scopedLive("tells of commits that nothing names, and not of those that something does", () =>
    withRoot((root) =>
      Effect.gen(function* () {
        const path = yield* make(1, "feature/a")
        commitFile(path, "one", "1\n")
        git(path, "checkout", "-q", "--detach")
        assert.deepStrictEqual(yield* changes(path), none)
        commitFile(path, "two", "2\n")
        assert.deepStrictEqual(yield* changes(path), { ...none, unnamedCommits: true })
        git(path, "tag", "kept")
        assert.deepStrictEqual(yield* changes(path), none)
        assert.deepStrictEqual((yield* (yield* Worktrees).list).worktrees[0]?.branch, Option.none())
        // A file of the name of a revision confuses nobody.
        commitFile(root, "HEAD", "")
        git(path, "merge", "-q", "--no-edit", "main")
        assert.deepStrictEqual(yield* changes(path), { ...none, unnamedCommits: true })
      })
    )
  )

  it.scopedLive(
    "tells of changes that a rebase has put aside, and of commits that only the worktree holds",
    () =>
      withRoot((root) =>
        Effect.gen(function* () {
          const path = yield* make(1, "feature/a")
          commitFile(path, "one", "1\n")
          commitFile(path, "two", "2\n")
          writeFileSync(join(path, "one"), "anew")
          git(path, "-c", "sequence.editor=sed -i 1ibreak", "rebase", "-q", "--autostash", "-i", "HEAD~1")
          assert.strictEqual(git(path, "status", "--porcelain"), "")
          assert.deepStrictEqual(yield* changes(path), { ...none, unnamedCommits: true })
          git(path, "rebase", "--quit")
          git(path, "checkout", "-q", "feature/a")
          assert.deepStrictEqual(yield* changes(path), none)
          git(path, "symbolic-ref", "HEAD", "refs/worktree/mine")
          commitFile(path, "three", "3\n")
          assert.deepStrictEqual(yield* changes(path), { ...none, unnamedCommits: true })
          assert.strictEqual(git(root, "status", "--porcelain"), "?? .worktrees/\n")
        })
      )
  )

  it.scopedLive(
    "counts what stands in the place of a worktree that is none any more, and gives its branch back",
    () =>
      withRoot((root) =>
        Effect.gen(function* () {
          const worktrees = yield* Worktrees
          const path = yield* make(1, "feature/a")
          writeFileSync(join(path, ".git"), "gitdir: /nonexistent\n")
          writeFileSync(join(path, "work"), "")
          assert.deepStrictEqual((yield* worktrees.list).worktrees, [])
          assert.deepStrictEqual(yield* changes(path), { ...none, changedFiles: 2 })
          yield* worktrees.retire(idOf(1), path)
          yield* worktrees.clear(idOf(1))
          assert.deepStrictEqual(leftIn(root), { ...nothing, branches: ["feature/a"] })
          assert.strictEqual(yield* worktrees.plan(planned(1, "feature/a").branch), "worktree")
        })
      )
  )

  it.scopedLive("is told in the middle of a rebase, whose branch stays taken", () =>
    withRoot((root) =>
      Effect.gen(function* () {
        const path = yield* make(1, "feature/a")
        commitFile(path, "README", "Mine\n")
        commitFile(root, "README", "Theirs\n")
        assert.throws(() => git(path, "rebase", "main"))
        assert.deepStrictEqual(yield* changes(path), { ...none, changedFiles: 1 })
        const worktrees = yield* Worktrees
        const { branch, id } = planned(2, "feature/a")
        for (const tried of [
          worktrees.plan(branch),
          worktrees.add({ branch, id, making: "worktree" }, { follows: false })
        ]) {
          assert.deepInclude(yield* Effect.flip<unknown, unknown, never>(tried), {
            _tag: "BranchConflictError",
            reason: "checked-out"
          })
        }
        yield* worktrees.retire(idOf(1), path)
        yield* worktrees.clear(idOf(1))
        yield* make(2, "feature/a")
      })
    )
  )

  it.scopedLive("includes what is in worktrees inside it, and who locked it", () =>
    withRoot((root) =>
      Effect.gen(function* () {
        const path = yield* make(1, "feature/a")
        git(path, "worktree", "add", "-q", "-b", "inner", ".worktrees/inner")
        git(root, "config", "core.excludesFile", join(root, "ignore"))
        writeFileSync(join(root, "ignore"), ".worktrees\n")
        assert.deepStrictEqual(yield* changes(path), none)
        writeFileSync(join(path, ".worktrees", "inner", "draft"), "")
        git(root, "worktree", "lock", "--reason", "hands off", path)
        assert.deepStrictEqual(yield* changes(path), { changedFiles: 1, unnamedCommits: false, locked: true })
      })
    )
  )

  it.scopedLive("includes commits in its submodules, which go with it", () =>
    withRoot((root) =>
      Effect.gen(function* () {
        const part = initialize(yield* folder)
        git(root, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", part, "part")
        git(root, "commit", "-q", "-m", "Add a part")
        const path = yield* make(1, "feature/a")
        git(path, "-c", "protocol.file.allow=always", "submodule", "--quiet", "update", "--init")
        assert.deepStrictEqual(yield* changes(path), none)
        commitFile(join(path, "part"), "more", "More\n")
        assert.deepStrictEqual(yield* changes(path), { ...none, changedFiles: 1, unnamedCommits: true })
        git(path, "commit", "-q", "-a", "-m", "Take the part's commit")
        assert.deepStrictEqual(yield* changes(path), { ...none, unnamedCommits: true })
        const worktrees = yield* Worktrees
        yield* worktrees.retire(idOf(1), path)
        yield* worktrees.clear(idOf(1))
        assert.isFalse(existsSync(join(root, ".git", "worktrees", idOf(1))))
      })
    )
  )
})

describe("git's own locks", () => {
  it.scopedLive("of the indexes keep nothing from being made, looked at and retired", () =>
    withRoot((root) =>
      Effect.gen(function* () {
        const worktrees = yield* Worktrees
        writeFileSync(join(root, ".git", "index.lock"), "")
        const path = yield* make(1, "feature/a")
        writeFileSync(join(root, ".git", "worktrees", idOf(1), "index.lock"), "")
        writeFileSync(join(path, "README"), "anew")
        assert.strictEqual((yield* changes(path)).changedFiles, 1)
        yield* worktrees.retire(idOf(1), path)
        yield* worktrees.clear(idOf(1))
        assert.isTrue(existsSync(join(root, ".git", "index.lock")))
      })
    )
  )

  it.scopedLive("of a branch are waited for, and then told as busy", () =>
    withRoot((root) =>
      Effect.gen(function* () {
        const worktrees = yield* Worktrees
        const lock = join(root, ".git", "refs", "heads", "mine.lock")
        writeFileSync(lock, "")
        const error = yield* Effect.flip(worktrees.add(planned(1, "mine"), { follows: false }))
        assert.deepInclude(error, { _tag: "WorkspacesUnavailableError", reason: "busy" })
        assert.isTrue(existsSync(lock))
        assert.deepStrictEqual(leftIn(root), nothing)
      })
    )
  )
})

const movedRoot = (root: string) =>
  Effect.gen(function* () {
    const worktrees = yield* Worktrees
    const found = (yield* worktrees.list).worktrees.map(({ id, path }) => ({ id, path }))
    const { changedFiles } = yield* changes(join(root, ".worktrees", idOf(1)))
    return { name: yield* worktrees.root, worktrees: found, changes: changedFiles }
  }).pipe(Effect.provide(adapters(root)))

it.scopedLive("a root and its worktrees are found where they were moved to", () =>
  Effect.gen(function* () {
    const parent = yield* folder
    yield* withRoot((before) =>
      Effect.gen(function* () {
        const worktrees = yield* Worktrees
        const path = yield* make(1, "feature/a")
        git(before, "worktree", "add", "-q", "-b", "own", "here/own")
        git(before, "worktree", "add", "-q", "-b", "outside", join(parent, "outside"))
        writeFileSync(join(path, "draft"), "")
        const name = yield* worktrees.root
        const root = join(parent, "a name\nof two lines")
        renameSync(before, root)
        const moved = yield* movedRoot(root)
        assert.strictEqual(moved.name, name)
        assert.deepStrictEqual(moved.worktrees, [
          { id: Option.some(idOf(1)), path: join(root, ".worktrees", idOf(1)) },
          { id: Option.none(), path: join(root, "here", "own") }
        ])
        assert.strictEqual(moved.changes, 1)
        assert.strictEqual(git(join(root, "here", "own"), "branch", "--show-current"), "own\n")
      })
    )
  })
)
