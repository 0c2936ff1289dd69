import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { BranchName, WorkspacesUnavailableError, Worktrees } from "@workspace/domain"
import { Effect, Option } from "effect"
import * as GitWorktrees from "../git-worktrees.ts"
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

const conflict = (branch: string, reason: "checked-out" | "name-taken") => ({
  _tag: "BranchConflictError" as const,
  branch,
  reason
})

describe("a worktree that is made", () => {
  it.scopedLive("stands in its place, on a new branch at the commit of the root's HEAD", () =>
    withRoot((root) =>
      Effect.gen(function* () {
        const worktrees = yield* Worktrees
        git(root, "checkout", "-q", "-b", "elsewhere")
        commitFile(root, "more", "More\n")
        const path = yield* worktrees.exclusively(make(1, "feature/a"))
        assert.strictEqual(path, join(root, ".worktrees", idOf(1)))
        assert.strictEqual(readFileSync(join(path, "more"), "utf8"), "More\n")
        assert.strictEqual(git(path, "branch", "--show-current"), "feature/a\n")
        assert.strictEqual(git(path, "rev-parse", "HEAD"), git(root, "rev-parse", "elsewhere"))
        const { outside, worktrees: found } = yield* worktrees.list
        assert.deepStrictEqual(
          found.map(({ branch, id, path: at }) => ({ branch, id, at })),
          [{ branch: Option.some("feature/a"), id: Option.some(idOf(1)), at: path }]
        )
        assert.deepStrictEqual(outside, [])
      })
    )
  )

  it.scopedLive("is not seen by git status in the root, whose list of exclusions grows once", () =>
    withRoot((root) =>
      Effect.gen(function* () {
        const worktrees = yield* Worktrees
        const file = join(root, ".git", "info", "exclude")
        writeFileSync(file, "mine")
        yield* worktrees.exclusively(make(1, "feature/a"))
        yield* worktrees.exclusively(make(2, "feature/b"))
        writeFileSync(join(root, ".claude-container-sessions.json"), "{}")
        assert.strictEqual(git(root, "status", "--porcelain"), "")
        assert.strictEqual(
          readFileSync(file, "utf8"),
          "mine\n/.worktrees/\n/.claude-container-sessions.json*\n"
        )
      })
    )
  )

  it.scopedLive("stands on a branch that there is, and a second one does not", () =>
    withRoot((root) =>
      Effect.gen(function* () {
        const worktrees = yield* Worktrees
        git(root, "branch", "old")
        commitFile(root, "more", "More\n")
        assert.strictEqual(yield* worktrees.plan(BranchName.make("old")), "worktree")
        const path = yield* make(1, "old")
        assert.isFalse(existsSync(join(path, "more")))
        assert.deepInclude(
          yield* Effect.flip(worktrees.plan(BranchName.make("old"))),
          conflict("old", "checked-out")
        )
        assert.deepInclude(
          yield* Effect.flip(worktrees.plan(BranchName.make("main"))),
          conflict("main", "checked-out")
        )
        assert.deepInclude(
          yield* Effect.flip(worktrees.add(planned(2, "old", "worktree"), { follows: false })),
          conflict("old", "checked-out")
        )
        assert.isFalse(existsSync(join(root, ".worktrees", idOf(2))))
        assert.deepStrictEqual(leftIn(root).branches, ["old"])
      })
    )
  )

  it.scopedLive("needs a name that no branch is in the way of", () =>
    withRoot((root) =>
      Effect.gen(function* () {
        const worktrees = yield* Worktrees
        git(root, "branch", "feature")
        git(root, "branch", "deep/er/branch")
        for (const name of ["feature/x", "feature/x/y", "deep", "deep/er"]) {
          const branch = BranchName.make(name)
          assert.deepInclude(yield* Effect.flip(worktrees.plan(branch)), conflict(name, "name-taken"))
          assert.deepInclude(
            yield* Effect.flip(worktrees.add(planned(1, name), { follows: false })),
            conflict(name, "name-taken")
          )
        }
        assert.strictEqual(yield* worktrees.plan(BranchName.make("features/x")), "branch")
        // Made by somebody else after it was planned: it stays as it is.
        git(root, "branch", "late")
        assert.deepInclude(
          yield* Effect.flip(worktrees.add(planned(1, "late"), { follows: false })),
          conflict("late", "name-taken")
        )
        yield* worktrees.discard(planned(1, "late"))
        assert.deepStrictEqual(leftIn(root), { ...nothing, branches: ["deep/er/branch", "feature", "late"] })
      })
    )
  )

  it.scopedLive("begins where the only remote branch of its name is, and follows it", () =>
    withRoot((root) =>
      Effect.gen(function* () {
        const remote = initialize(yield* folder)
        git(remote, "checkout", "-q", "-b", "feature/far")
        commitFile(remote, "far", "Far\n")
        git(root, "remote", "add", "origin", remote)
        git(root, "fetch", "-q", "origin")
        const path = yield* make(1, "feature/far")
        assert.strictEqual(git(path, "rev-parse", "HEAD"), git(remote, "rev-parse", "HEAD"))
        assert.strictEqual(git(path, "rev-parse", "--abbrev-ref", "@{upstream}"), "origin/feature/far\n")
        const worktrees = yield* Worktrees
        yield* worktrees.discard(planned(1, "feature/far"))
        assert.deepStrictEqual(leftIn(root), nothing)
        assert.notInclude(git(root, "config", "--list"), "branch.feature/far")
        yield* worktrees.add(planned(3, "feature/far"), { follows: false })
        assert.strictEqual(
          git(join(root, ".worktrees", idOf(3)), "rev-parse", "HEAD"),
          git(root, "rev-parse", "HEAD")
        )
        assert.notInclude(git(root, "config", "--list"), "branch.feature/far")
        yield* worktrees.discard(planned(3, "feature/far"))
        // Of two it is anybody's guess which is meant.
        git(root, "remote", "add", "fork", remote)
        git(root, "fetch", "-q", "fork")
        assert.strictEqual(
          git(yield* make(2, "feature/far"), "rev-parse", "HEAD"),
          git(root, "rev-parse", "HEAD")
        )
      })
    )
  )

  it.scopedLive("has a name that is told of, as are those of remotes' branches", () =>
    withRoot((root) =>
      Effect.gen(function* () {
        const worktrees = yield* Worktrees
        git(root, "branch", "feature/near")
        for (const ref of ["team/x/feature/far", "team/x/feature/near", "unknown/feature/lost"]) {
          git(root, "update-ref", `refs/remotes/${ref}`, "HEAD")
        }
        git(root, "remote", "add", "team/x", "/nowhere")
        git(root, "remote", "add", "empty", "/nowhere")
        assert.deepStrictEqual([...(yield* worktrees.branches("feature/"))].sort(), [
          "feature/far",
          "feature/near"
        ])
      })
    )
  )

  it.scopedLive("has no commit where the repository has none, and takes the first one", () =>
    Effect.gen(function* () {
      const root = yield* folder
      git(root, "init", "-q", "-b", "main")
      yield* Effect.gen(function* () {
        const worktrees = yield* Worktrees
        const path = yield* worktrees.exclusively(make(1, "feature/first"))
        assert.strictEqual(git(root, "for-each-ref"), "")
        assert.deepStrictEqual((yield* worktrees.list).worktrees[0]?.branch, Option.some("feature/first"))
        for (const [name, reason] of [
          ["feature/first", "checked-out"],
          ["main", "checked-out"],
          ["feature/first/more", "name-taken"],
          ["feature", "name-taken"]
        ] as const) {
          assert.deepInclude(
            yield* Effect.flip(worktrees.plan(BranchName.make(name))),
            conflict(name, reason)
          )
        }
        const unchanged = { changedFiles: 0, unnamedCommits: false, locked: false }
        assert.deepStrictEqual(yield* worktrees.changes(path), Option.some(unchanged))
        writeFileSync(join(path, "draft"), "")
        assert.deepStrictEqual(yield* worktrees.changes(path), Option.some({ ...unchanged, changedFiles: 1 }))
        commitFile(path, "first", "First\n")
        assert.strictEqual(git(path, "rev-list", "--count", "feature/first"), "1\n")
        const other = yield* worktrees.exclusively(make(2, "feature/second"))
        assert.strictEqual(git(other, "status", "--porcelain"), "")
        yield* worktrees.discard(planned(2, "feature/second"))
        assert.deepStrictEqual(leftIn(root).folders, [idOf(1)])
      }).pipe(Effect.provide(adapters(root)))
    })
  )

  it.scopedLive("stands in a place where a worktree was that somebody removed by hand", () =>
    withRoot((root) =>
      Effect.gen(function* () {
        rmSync(yield* make(1, "feature/a"), { recursive: true })
        yield* (yield* Worktrees).add(planned(1, "feature/b"), { follows: false })
        assert.deepStrictEqual(leftIn(root).administrations, [idOf(1)])
      })
    )
  )
})

describe("what was cut off", () => {
  it.scopedLive("leaves nothing, whatever there is of it", () =>
    withRoot((root) =>
      Effect.gen(function* () {
        const worktrees = yield* Worktrees
        const cut = planned(1, "feature/a")
        const place = join(root, ".worktrees", cut.id)
        const registration = join(root, ".git", "worktrees", cut.id)
        for (const state of ["whole", "no folder", "half a folder", "half a registration", "branch alone"]) {
          yield* make(1, "feature/a")
          if (state !== "whole" && state !== "half a registration") rmSync(join(place, ".git"))
          if (state === "no folder") rmSync(place, { recursive: true })
          if (state === "half a registration") rmSync(join(registration, "gitdir"))
          if (state === "branch alone") rmSync(registration, { recursive: true })
          writeFileSync(join(root, ".git", "refs", "heads", "feature", "a.lock"), "")
          yield* worktrees.discard(cut)
          assert.deepStrictEqual(leftIn(root), nothing, state)
        }
        yield* worktrees.discard(cut)
      })
    )
  )

  it.scopedLive("stays where it was made to its end and somebody has worked in it", () =>
    withRoot((root) =>
      Effect.gen(function* () {
        const worktrees = yield* Worktrees
        const cut = planned(1, "feature/a")
        const path = yield* make(1, "feature/a")
        const lock = join(root, ".git", "worktrees", cut.id, "index.lock")
        const failed = { reason: "failed" as const }
        writeFileSync(join(path, "work"), "Mine\n")
        assert.deepInclude(yield* Effect.flip(worktrees.discard(cut)), failed)
        assert.strictEqual(readFileSync(join(path, "work"), "utf8"), "Mine\n")
        rmSync(join(path, "work"))
        git(path, "checkout", "-q", "--detach")
        commitFile(path, "unnamed", "Mine\n")
        assert.deepInclude(yield* Effect.flip(worktrees.discard(cut)), failed)
        assert.isTrue(existsSync(join(path, "unnamed")))
        // A git that was cut off while it wrote the files has left it.
        writeFileSync(lock, "")
        yield* worktrees.discard(cut)
        assert.deepStrictEqual(leftIn(root), nothing)
      })
    )
  )

  it.scopedLive("stays also before the first commit, where it has files", () =>
    Effect.gen(function* () {
      const root = yield* folder
      git(root, "init", "-q", "-b", "main")
      yield* Effect.gen(function* () {
        const worktrees = yield* Worktrees
        const path = yield* make(1, "feature/first")
        writeFileSync(join(path, "work"), "Mine\n")
        assert.strictEqual(
          (yield* Effect.flip(worktrees.discard(planned(1, "feature/first")))).reason,
          "failed"
        )
        assert.isTrue(existsSync(join(path, "work")))
        rmSync(join(path, "work"))
        yield* worktrees.discard(planned(1, "feature/first"))
        assert.isFalse(existsSync(path))
      }).pipe(Effect.provide(adapters(root)))
    })
  )

  it.scopedLive("leaves branches that were there, have commits, or are in use", () =>
    withRoot((root) =>
      Effect.gen(function* () {
        const worktrees = yield* Worktrees
        git(root, "branch", "before")
        yield* make(1, "before")
        yield* worktrees.discard(planned(1, "before", "worktree"))
        commitFile(yield* make(2, "feature/own"), "own", "Own\n")
        yield* worktrees.discard(planned(2, "feature/own"))
        yield* make(3, "feature/used")
        git(join(root, ".worktrees", idOf(3)), "checkout", "-q", "--detach")
        git(root, "checkout", "-q", "feature/used")
        yield* worktrees.discard(planned(3, "feature/used"))
        assert.deepStrictEqual(leftIn(root), {
          ...nothing,
          branches: ["before", "feature/own", "feature/used"]
        })
      })
    )
  )
})

describe("a worktree that is retired", () => {
  it.scopedLive(
    "is gone for everybody at once also where it cannot be moved, and comes to its end later",
    () =>
      withRoot((root) =>
        Effect.gen(function* () {
          const worktrees = yield* Worktrees
          const path = join(root, "far")
          git(root, "worktree", "add", "-q", "-b", "far", path)
          git(path, "worktree", "add", "-q", "-b", "inner", join(path, "inner"))
          writeFileSync(join(path, "draft"), "")
          const apart = adapters(root, {}, (real) => ({
            rename: (from, to) => (from === path ? systemError("EXDEV", from) : real.rename(from, to))
          }))
          const killed = adapters(root, {}, () => ({
            rename: (from) => systemError(from === path ? "EXDEV" : "EIO", from)
          }))
          const retire = Effect.flatMap(Worktrees, (_) => _.retire(idOf(1), path))
          yield* Effect.flip(Effect.provide(retire, killed))
          assert.deepStrictEqual(yield* worktrees.retired, [])
          assert.lengthOf((yield* worktrees.list).worktrees, 2)
          yield* Effect.provide(retire, apart)
          // Whoever comes after a crash asks for it again.
          yield* worktrees.retire(idOf(1), path)
          assert.deepStrictEqual(yield* worktrees.retired, [idOf(1)])
          assert.deepStrictEqual((yield* worktrees.list).worktrees, [])
          assert.deepStrictEqual(yield* worktrees.changes(path), Option.none())
          yield* worktrees.clear(idOf(1))
          assert.isFalse(existsSync(path))
          assert.deepStrictEqual(leftIn(root), { ...nothing, branches: ["far", "inner"] })
          yield* worktrees.clear(idOf(1))
        })
      )
  )

  it.scopedLive("takes along what git knows of worktrees inside it", () =>
    withRoot((root) =>
      Effect.gen(function* () {
        const worktrees = yield* Worktrees
        const path = yield* make(1, "feature/a")
        git(path, "worktree", "add", "-q", "-b", "inner", join(path, "tmp"))
        const beside = `${path}-beside`
        git(path, "worktree", "add", "-q", "-b", "beside", beside)
        yield* worktrees.retire(idOf(1), path)
        rmSync(beside, { recursive: true })
        yield* worktrees.clear(idOf(1))
        assert.deepStrictEqual(leftIn(root).administrations, [`${idOf(1)}-beside`])
        assert.strictEqual(yield* worktrees.plan(BranchName.make("inner")), "worktree")
      })
    )
  )

  it.scopedLive("is gone in one step, and cleared later; its branch stays", () =>
    withRoot((root) =>
      Effect.gen(function* () {
        const worktrees = yield* Worktrees
        assert.deepStrictEqual(yield* worktrees.retired, [])
        const path = yield* make(1, "feature/a")
        yield* make(2, "feature/b")
        writeFileSync(join(path, "draft"), "")
        git(root, "worktree", "lock", path)
        yield* worktrees.retire(idOf(1), path)
        yield* worktrees.retire(idOf(1), path)
        assert.isFalse(existsSync(path))
        assert.deepStrictEqual(yield* worktrees.retired, [idOf(1)])
        assert.deepStrictEqual(
          (yield* worktrees.list).worktrees.map(({ id }) => id),
          [Option.some(idOf(2))]
        )
        yield* worktrees.clear(idOf(1))
        yield* worktrees.clear(idOf(1))
        assert.deepStrictEqual(yield* worktrees.retired, [])
        const left = leftIn(root)
        assert.deepStrictEqual(left.branches, ["feature/a", "feature/b"])
        assert.deepStrictEqual([left.folders, left.administrations], [[idOf(2)], [idOf(2)]])
        yield* make(1, "feature/a")
      })
    )
  )

  it.scopedLive("may be anywhere below the root, or nowhere", () =>
    withRoot((root) =>
      Effect.gen(function* () {
        const worktrees = yield* Worktrees
        git(root, "worktree", "add", "-q", "-b", "own", "here/own")
        const path = join(root, "here", "own")
        assert.deepInclude((yield* worktrees.list).worktrees[0], {
          path,
          branch: Option.some("own"),
          id: Option.none()
        })
        yield* worktrees.retire(idOf(1), path)
        yield* worktrees.clear(idOf(1))
        const gone = yield* make(2, "feature/gone")
        rmSync(gone, { recursive: true })
        assert.deepStrictEqual(yield* worktrees.changes(gone), Option.none())
        yield* worktrees.retire(idOf(2), gone)
        assert.deepStrictEqual(yield* worktrees.retired, [idOf(2)])
        yield* worktrees.clear(idOf(2))
        assert.deepStrictEqual(leftIn(root), { ...nothing, branches: ["feature/gone", "own"] })
      })
    )
  )

  it.scopedLive("is no folder that has taken the place of one", () =>
    withRoot((root) =>
      Effect.gen(function* () {
        const worktrees = yield* Worktrees
        for (const [number, place] of [
          root,
          join(root, ".git"),
          "/",
          "",
          join(root, "plain"),
          `${root}/../x`
        ].entries()) {
          yield* worktrees.retire(idOf(number), place)
          assert.deepStrictEqual(yield* worktrees.changes(place), Option.none())
          yield* worktrees.clear(idOf(number))
        }
        assert.strictEqual(readFileSync(join(root, "README"), "utf8"), "Read me\n")
        assert.strictEqual(git(root, "status", "--porcelain"), "")
      })
    )
  )
})

it.effect("a server without a root has no worktrees", () =>
  Effect.gen(function* () {
    const worktrees = yield* Worktrees
    const error = new WorkspacesUnavailableError({ reason: "not-configured" })
    for (const tried of [
      worktrees.root,
      worktrees.exclusively(Effect.void),
      worktrees.pathOf(idOf(1)),
      worktrees.plan(BranchName.make("a")),
      worktrees.branches(""),
      worktrees.add(planned(1, "a"), { follows: false }),
      worktrees.discard(planned(1, "a")),
      worktrees.list,
      worktrees.changes("/"),
      worktrees.retire(idOf(1), "/"),
      worktrees.retired,
      worktrees.clear(idOf(1))
    ]) {
      assert.deepStrictEqual(yield* Effect.flip<unknown, unknown, never>(tried), error)
    }
  }).pipe(Effect.provide(GitWorktrees.layerOff))
)
