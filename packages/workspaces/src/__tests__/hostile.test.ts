import { chmodSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { type BranchName, type WorkspaceId, Worktrees } from "@workspace/domain"
import { Effect, Option } from "effect"
import { commitFile, folder, git, idOf, leftIn, make, nothing, planned, withRoot } from "./git-root.ts"

const names = [
  "",
  ".",
  "..",
  "../x",
  "../../x",
  "a/../../b",
  "/tmp/x",
  "\\\\host\\x",
  "-rf",
  "--force",
  "--upload-pack=touch x",
  "$(touch x)",
  "`touch x`",
  ";touch x",
  "a|b",
  "a b",
  "a\nb",
  "a\0b",
  "~root",
  "a~1",
  "@{-1}",
  "HEAD",
  "con",
  "x.lock",
  "é",
  "a".repeat(300)
]

const failed = { _tag: "WorkspacesUnavailableError" as const, reason: "failed" as const }

describe("names that no type lets through", () => {
  it.scopedLive("are refused as ids and as branches, and lead nowhere", () =>
    withRoot((root) =>
      Effect.gen(function* () {
        const worktrees = yield* Worktrees
        const parent = readdirSync(join(root, ".."))
        assert.lengthOf(names, 26)
        for (const name of names) {
          // What a caller does that has no types.
          const id: WorkspaceId = JSON.parse(JSON.stringify(name))
          const branch: BranchName = JSON.parse(JSON.stringify(name))
          const tried: ReadonlyArray<Effect.Effect<unknown, unknown>> = [
            worktrees.pathOf(id),
            worktrees.plan(branch),
            worktrees.add({ ...planned(1, "a"), id }, { follows: false }),
            worktrees.add({ ...planned(1, "a"), branch }, { follows: false }),
            worktrees.add({ ...planned(1, "a", "worktree"), branch }, { follows: false }),
            worktrees.discard({ ...planned(1, "a"), id }),
            worktrees.discard({ ...planned(1, "a"), branch }),
            worktrees.retire(id, root),
            worktrees.clear(id)
          ]
          for (const one of tried) assert.deepInclude(yield* Effect.flip(one), failed, name)
          assert.deepStrictEqual(yield* worktrees.changes(name), Option.none())
          assert.deepStrictEqual(yield* worktrees.branches(`${name}/`), [])
        }
        assert.deepStrictEqual(leftIn(root), nothing)
        assert.deepStrictEqual(readdirSync(root).sort(), [".git", "README"])
        const made = readdirSync(join(root, "..")).filter((name) => !parent.includes(name))
        assert.notInclude(made, "x")
      })
    )
  )
})

describe("links and things in the way", () => {
  it.scopedLive("a folder of worktrees that is a link is not followed", () =>
    withRoot((root) =>
      Effect.gen(function* () {
        const worktrees = yield* Worktrees
        const out = yield* folder
        mkdirSync(join(out, idOf(1)))
        mkdirSync(join(out, `.removing-${idOf(2)}`))
        symlinkSync(out, join(root, ".worktrees"))
        const tried: ReadonlyArray<Effect.Effect<unknown, unknown>> = [
          worktrees.add(planned(1, "a"), { follows: false }),
          worktrees.discard(planned(1, "a")),
          worktrees.retire(idOf(1), join(root, ".worktrees", idOf(1))),
          worktrees.retired,
          worktrees.clear(idOf(2))
        ]
        for (const one of tried) assert.deepInclude(yield* Effect.flip(one), failed)
        assert.lengthOf(readdirSync(out), 2)
        assert.deepStrictEqual(leftIn(root).branches, [])
      })
    )
  )

  it.scopedLive("a file in place of the folder, or anything in a worktree's place, is left alone", () =>
    withRoot((root) =>
      Effect.gen(function* () {
        const worktrees = yield* Worktrees
        const all = join(root, ".worktrees")
        writeFileSync(all, "mine")
        assert.deepInclude(yield* Effect.flip(worktrees.add(planned(1, "a"), { follows: false })), failed)
        const other = yield* folder
        git(root, "clean", "-qfd")
        mkdirSync(all)
        symlinkSync(other, join(all, idOf(1)))
        mkdirSync(join(all, idOf(2)))
        writeFileSync(join(all, idOf(3)), "mine")
        symlinkSync("nowhere", join(all, idOf(4)))
        for (const number of [1, 2, 3, 4]) {
          assert.deepInclude(
            yield* Effect.flip(worktrees.add(planned(number, "a"), { follows: false })),
            failed
          )
        }
        assert.deepStrictEqual(readdirSync(other), [])
        assert.lengthOf(readdirSync(all), 4)
        assert.deepStrictEqual(leftIn(root).branches, [])
      })
    )
  )

  it.scopedLive("a worktree that is reached through a link stands where the link leads", () =>
    withRoot((root) =>
      Effect.gen(function* () {
        const worktrees = yield* Worktrees
        const out = yield* folder
        symlinkSync(out, join(root, "out"))
        mkdirSync(join(root, "in"))
        symlinkSync(join(root, "in"), join(out, "back"))
        git(root, "worktree", "add", "-q", "-b", "far", join(root, "out", "far"))
        git(root, "worktree", "add", "-q", "-b", "near", join(out, "back", "near"))
        const { outside, worktrees: found } = yield* worktrees.list
        assert.deepStrictEqual(outside, [join(out, "far")])
        assert.deepStrictEqual(
          found.map(({ path }) => path),
          [join(root, "in", "near")]
        )
        yield* worktrees.retire(idOf(1), join(root, "out", "far"))
        yield* worktrees.retire(idOf(2), join(out, "far"))
        assert.isTrue(existsSync(join(out, "far", "README")))
      })
    )
  )
})

describe("names that are no UTF-8", () => {
  it.scopedLive("of files, branches and folders trouble nobody", () =>
    withRoot((root) =>
      Effect.gen(function* () {
        const worktrees = yield* Worktrees
        const bytes = Buffer.from([0x66, 0xff, 0xfe])
        writeFileSync(Buffer.concat([Buffer.from(`${root}/`), bytes]), "")
        git(root, "add", ".")
        git(root, "commit", "-q", "-m", "A file")
        git(root, "config", "core.quotePath", "true")
        const script = join(yield* folder, "script")
        writeFileSync(
          script,
          '#!/bin/sh\nname=$(printf \'f\\377\\376\')\ngit branch "$name"\ngit worktree add -q -b other "here/$name"\n'
        )
        chmodSync(script, 0o755)
        git(root, "-c", `alias.odd=!${script}`, "odd")
        const path = yield* make(1, "feature/a")
        assert.include(yield* worktrees.branches("f\u{FFFD}"), "f\u{FFFD}\u{FFFD}")
        const { outside, worktrees: found } = yield* worktrees.list
        assert.deepStrictEqual(
          found.map((worktree) => worktree.path),
          [path]
        )
        assert.deepStrictEqual(outside, [join(root, "here", "f\u{FFFD}\u{FFFD}")])
        git(path, "symbolic-ref", "HEAD", "refs/heads/é-und-ü")
        assert.deepStrictEqual(
          (yield* worktrees.list).worktrees.map(({ branch }) => branch),
          [Option.some("é-und-ü")]
        )
      })
    )
  )
})

describe("what surrounds the server or stands in the repository's settings", () => {
  it.scopedLive("other repositories that the environment names are not touched", () =>
    withRoot(() =>
      Effect.gen(function* () {
        const other = yield* folder
        git(other, "init", "-q", "-b", "main")
        commitFile(other, "other", "Other\n")
        const variables = {
          GIT_DIR: join(other, ".git"),
          GIT_WORK_TREE: other,
          GIT_INDEX_FILE: join(other, "index"),
          GIT_CONFIG_COUNT: "nonsense"
        }
        yield* Effect.acquireRelease(
          Effect.sync(() => Object.assign(process.env, variables)),
          () =>
            Effect.sync(() => {
              for (const name of Object.keys(variables)) Reflect.deleteProperty(process.env, name)
            })
        )
        const path = yield* make(1, "feature/a")
        assert.isTrue(existsSync(join(path, "README")))
        assert.deepStrictEqual(leftIn(other), nothing)
        assert.isFalse(existsSync(join(other, "index")))
      })
    )
  )

  it.scopedLive("hooks that fail or hang are not run", () =>
    withRoot((root) =>
      Effect.gen(function* () {
        const hooks = join(root, "hooks")
        mkdirSync(hooks)
        const ran = join(root, "ran")
        for (const [name, command] of [
          ["post-checkout", "sleep 1000"],
          ["reference-transaction", "exit 1"],
          ["post-index-change", "exit 1"]
        ]) {
          writeFileSync(join(hooks, String(name)), `#!/bin/sh\ntouch ${ran}\n${command}\n`, { mode: 0o755 })
        }
        git(root, "config", "core.hooksPath", hooks)
        git(root, "config", "core.fsmonitor", join(hooks, "post-checkout"))
        const worktrees = yield* Worktrees
        const path = yield* make(1, "feature/a")
        yield* worktrees.changes(path)
        yield* worktrees.retire(idOf(1), path)
        yield* worktrees.clear(idOf(1))
        assert.isFalse(existsSync(ran))
      })
    )
  )
})
