import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  utimesSync,
  writeFileSync
} from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { type WorkspacesUnavailableError, Worktrees } from "@workspace/domain"
import { Effect, Fiber, Option, TestClock } from "effect"
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
  withRoot
} from "./git-root.ts"

const refused = (root: string, surroundings: Readonly<Record<string, string>> = {}) =>
  Effect.gen(function* () {
    const worktrees = yield* Worktrees
    const tried: ReadonlyArray<Effect.Effect<unknown, unknown>> = [
      worktrees.root,
      worktrees.exclusively(Effect.void),
      worktrees.add(planned(1, "a"), { follows: false }),
      worktrees.list,
      worktrees.retired
    ]
    const errors = yield* Effect.forEach(tried, Effect.flip)
    return new Set(errors.map((error) => JSON.stringify(error)))
  }).pipe(Effect.provide(adapters(root, surroundings)))

const reason = (error: WorkspacesUnavailableError["reason"]) => ({ reason: error })

describe("the id of a root", () => {
  it.scopedLive("is on the disk, with its name, before anybody is told of it", () =>
    Effect.gen(function* () {
      const root = initialize(yield* folder)
      const opened: Array<string> = []
      const watched = adapters(root, {}, (real) => ({
        open: (place, options) =>
          Effect.zipRight(
            Effect.sync(() => opened.push(place)),
            real.open(place, options)
          )
      }))
      yield* Effect.flatMap(Worktrees, (worktrees) => worktrees.root).pipe(Effect.provide(watched))
      assert.strictEqual(opened.at(-1), join(root, ".git", "big-ocean"))
    })
  )

  it.scopedLive("leaves nothing of processes that were killed while they wrote it", () =>
    withRoot((root) =>
      Effect.gen(function* () {
        const own = join(root, ".git", "big-ocean")
        mkdirSync(own)
        const [old, young] = [1, 2].map((number) => join(own, `root.json.${idOf(number)}`))
        assert(old !== undefined && young !== undefined)
        for (const file of [old, young]) writeFileSync(file, "{")
        utimesSync(old, 1, 1)
        yield* (yield* Worktrees).exclusively(Effect.void)
        assert.deepStrictEqual([existsSync(old), existsSync(young)], [false, true])
      })
    )
  )
})

describe("a root", () => {
  it.scopedLive("is the top folder of a repository with files, and nothing else", () =>
    Effect.gen(function* () {
      const parent = yield* folder
      const repository = join(parent, "repository")
      mkdirSync(join(repository, "inside"), { recursive: true })
      initialize(repository)
      git(parent, "init", "-q", "--bare", "bare")
      mkdirSync(join(parent, "plain"))
      writeFileSync(join(parent, "file"), "")
      for (const root of ["plain", "file", "missing", "bare", "repository/inside", "repository/.git"]) {
        const [error, ...others] = yield* refused(join(parent, root))
        assert.deepInclude(JSON.parse(String(error)), reason("not-a-repository"), root)
        assert.deepStrictEqual(others, [])
      }
      assert.deepStrictEqual(readdirSync(join(parent, "plain")), [])
    })
  )

  it.scopedLive("is one as soon as it has become one", () =>
    Effect.gen(function* () {
      const root = yield* folder
      yield* Effect.gen(function* () {
        const worktrees = yield* Worktrees
        assert.strictEqual((yield* Effect.flip(worktrees.root)).reason, "not-a-repository")
        initialize(root)
        assert.match(yield* worktrees.root, /^[0-9a-f-]{36}$/)
      }).pipe(Effect.provide(adapters(root)))
    })
  )

  it.scopedLive("may be given by a link, and with spaces, newlines and other signs in its path", () =>
    Effect.gen(function* () {
      const parent = yield* folder
      const root = join(parent, " a'b\"c\n$(d) é*?\\ ")
      mkdirSync(root)
      initialize(root)
      symlinkSync(root, join(parent, "link"))
      yield* Effect.gen(function* () {
        const worktrees = yield* Worktrees
        const path = yield* worktrees.exclusively(make(1, "feature/a"))
        assert.strictEqual(path, join(root, ".worktrees", idOf(1)))
        assert.deepStrictEqual(
          (yield* worktrees.list).worktrees.map((worktree) => worktree.path),
          [path]
        )
        yield* worktrees.retire(idOf(1), path)
        yield* worktrees.clear(idOf(1))
        yield* worktrees.discard(planned(1, "feature/a"))
        assert.deepStrictEqual(leftIn(root), nothing)
      }).pipe(Effect.provide(adapters(join(parent, "link"))))
    })
  )

  it.scopedLive("may be a linked worktree itself, apart from its repository's own root", () =>
    withRoot((main) =>
      Effect.gen(function* () {
        const worktrees = yield* Worktrees
        const root = join(yield* folder, "linked")
        git(main, "worktree", "add", "-q", "-b", "linked", root)
        commitFile(root, "more", "More\n")
        const name = yield* Effect.gen(function* () {
          const linked = yield* Worktrees
          const path = yield* linked.exclusively(make(1, "feature/a"))
          assert.isTrue(existsSync(join(path, "more")))
          assert.deepStrictEqual(yield* linked.list.pipe(Effect.map(({ outside }) => outside)), [])
          assert.strictEqual(git(root, "status", "--porcelain"), "")
          return yield* linked.root
        }).pipe(Effect.provide(adapters(root)))
        assert.notStrictEqual(yield* worktrees.root, name)
        const { outside, worktrees: found } = yield* worktrees.list
        assert.deepStrictEqual(found, [])
        assert.sameMembers([...outside], [root, join(root, ".worktrees", idOf(1))])
      })
    )
  )
})

describe("the name of a root in the store", () => {
  it.scopedLive("stays with a repository that moves, and is another one in its copy", () =>
    Effect.gen(function* () {
      const parent = yield* folder
      const place = (name: string) => join(parent, name)
      const nameOf = (at: string) =>
        Effect.flatMap(Worktrees, (worktrees) => worktrees.root).pipe(Effect.provide(adapters(place(at))))
      mkdirSync(place("a"))
      initialize(place("a"))
      const name = yield* nameOf("a")
      cpSync(place("a"), place("copy"), { recursive: true })
      const copied = yield* nameOf("copy")
      assert.notStrictEqual(copied, name)
      renameSync(place("a"), place("b"))
      assert.strictEqual(yield* nameOf("b"), name)
      assert.strictEqual(yield* nameOf("copy"), copied)
      // Another repository in the same place.
      mkdirSync(place("a"))
      initialize(place("a"))
      assert.notStrictEqual(yield* nameOf("a"), name)
      const file = join(place("b"), ".git", "big-ocean", "root.json")
      writeFileSync(file, readFileSync(file, "utf8").slice(0, 20))
      const anew = yield* nameOf("b")
      assert.notStrictEqual(anew, name)
      assert.strictEqual(yield* nameOf("b"), anew)
      assert.deepStrictEqual(readdirSync(join(place("b"), ".git", "big-ocean")), ["root.json"])
    })
  )

  it.scopedLive("is the same for all who ask for it first", () =>
    withRoot((root) =>
      Effect.gen(function* () {
        const asked = Effect.flatMap(Worktrees, (worktrees) => worktrees.root).pipe(
          Effect.provide(adapters(root))
        )
        const names = yield* Effect.all(
          Array.from({ length: 8 }, () => asked),
          { concurrency: "unbounded" }
        )
        assert.strictEqual(new Set(names).size, 1)
      })
    )
  )

  it.scopedLive("a copy does not touch the worktrees of the repository that was copied", () =>
    withRoot((root) =>
      Effect.gen(function* () {
        const path = yield* make(1, "feature/a")
        const parent = yield* folder
        const copy = join(parent, "copy")
        cpSync(root, copy, { recursive: true, verbatimSymlinks: true })
        const found = yield* Effect.flatMap(Worktrees, (worktrees) => worktrees.list).pipe(
          Effect.provide(adapters(copy))
        )
        assert.deepStrictEqual(found.worktrees, [])
        assert.strictEqual(
          readFileSync(join(root, ".git", "worktrees", idOf(1), "gitdir"), "utf8"),
          `${join(path, ".git")}\n`
        )
        assert.lengthOf((yield* (yield* Worktrees).list).worktrees, 1)
      })
    )
  )
})

/** A program of the name git, alone in a folder. */
const fakeGit = Effect.fnUntraced(function* (script: string) {
  const bin = yield* folder
  writeFileSync(join(bin, "git"), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  return bin
})

const runs = (pid: number) => {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, "utf8"))
  } catch {
    return false
  }
}

const eventually = (holds: () => boolean) =>
  Effect.promise(async () => {
    while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10))
  })

/** What a fake git says of itself and of what it has begun. */
const pidsIn = (bin: string) => () => {
  const file = join(bin, "pids")
  return existsSync(file) ? readFileSync(file, "utf8").trim().split(" ").map(Number) : []
}

describe("git", () => {
  it.scopedLive("may be missing, or not be allowed to run", () =>
    withRoot((root) =>
      Effect.gen(function* () {
        const empty = yield* folder
        const [missing] = yield* refused(root, { PATH: empty })
        assert.deepInclude(JSON.parse(String(missing)), reason("no-git"))
        writeFileSync(join(empty, "git"), "#!/bin/sh\n", { mode: 0o644 })
        const [forbidden] = yield* refused(root, { PATH: empty })
        assert.deepInclude(JSON.parse(String(forbidden)), reason("no-git"))
      })
    )
  )

  it.scopedLive("may refuse a repository whose owner it does not trust", () =>
    withRoot((root) =>
      Effect.gen(function* () {
        const bin = yield* fakeGit("echo 'fatal: detected dubious ownership in repository' >&2; exit 128")
        const [error] = yield* refused(root, { PATH: bin })
        assert.deepInclude(JSON.parse(String(error)), reason("failed"))
      })
    )
  )

  it.scopedLive("that cannot connect one worktree which was moved connects the others", () =>
    Effect.gen(function* () {
      const before = initialize(yield* folder)
      const root = join(yield* folder, "moved")
      yield* Effect.zipRight(make(1, "feature/a"), make(2, "feature/b")).pipe(
        Effect.provide(adapters(before))
      )
      renameSync(before, root)
      const real = join(git(root, "--exec-path").trim(), "git")
      const bin = yield* fakeGit(`case "$*" in *repair*${idOf(1)}*) exit 1;; esac; exec ${real} "$@"`)
      const { worktrees } = yield* Effect.flatMap(Worktrees, ({ list }) => list).pipe(
        Effect.provide(adapters(root, { PATH: `${bin}:/usr/bin:/bin` }))
      )
      assert.deepStrictEqual(
        worktrees.map(({ id }) => id),
        [Option.some(idOf(2))]
      )
    })
  )

  it.scopedLive("is understood also where it says a lot at once", () =>
    withRoot((root) =>
      Effect.gen(function* () {
        const bin = yield* fakeGit(`cat "\${0%/*}/said" >&2; exit 128`)
        writeFileSync(join(bin, "said"), `fatal: not a git repository\n${"x".repeat(60_000)}`)
        const [error] = yield* refused(root, { PATH: `${bin}:/usr/bin:/bin` })
        assert.deepInclude(JSON.parse(String(error)), reason("not-a-repository"))
      })
    )
  )

  it.scopedLive("is busy where another one has a lock, and failed where there can be none", () =>
    withRoot((root) =>
      Effect.gen(function* () {
        const real = join(git(root, "--exec-path").trim(), "git")
        const bin = yield* fakeGit(
          `[ "$7" = rev-parse ] && exec ${real} "$@"; cat "\${0%/*}/said" >&2; exit 128`
        )
        const begin = "fatal: cannot lock ref 'refs/heads/a': Unable to create '/a/refs/heads/a.lock':"
        for (const [end, told] of [
          ["File exists.", "busy"],
          ["No space left on device", "failed"],
          ["Permission denied", "failed"]
        ] as const) {
          writeFileSync(join(bin, "said"), `${begin} ${end}\n`)
          const error = yield* Effect.flatMap(Worktrees, (worktrees) => worktrees.list).pipe(
            Effect.provide(adapters(root, { PATH: `${bin}:/usr/bin:/bin` })),
            Effect.flip
          )
          assert.deepInclude(error, reason(told), end)
        }
      })
    )
  )

  // Elsewhere it cannot be seen what runs.
  if (existsSync("/proc/self/status")) {
    it.scopedLive("is ended when nobody waits for it any more", () =>
      withRoot((root) =>
        Effect.gen(function* () {
          const bin = yield* fakeGit(`trap '' TERM\nsleep 1000 & echo $! $$ > "\${0%/*}/pids"; wait; wait`)
          const pids = pidsIn(bin)
          const fiber = yield* Effect.flatMap(Worktrees, (worktrees) => worktrees.list).pipe(
            Effect.provide(adapters(root, { PATH: `${bin}:/usr/bin:/bin` })),
            Effect.fork
          )
          yield* eventually(() => pids().length === 2)
          yield* Fiber.interrupt(fiber)
          yield* eventually(() => !pids().some(runs))
        })
      )
    )

    it.scoped("is ended after a minute with all that it began, also where it does not want to", () =>
      Effect.gen(function* () {
        const root = initialize(yield* folder)
        for (const trap of ["", "trap '' TERM"]) {
          const bin = yield* fakeGit(`${trap}\nsleep 1000 & echo $! $$ > "\${0%/*}/pids"; wait; wait`)
          const pids = pidsIn(bin)
          const surroundings = { PATH: `${bin}:/usr/bin:/bin` }
          // Nothing is ended sooner because nobody may interrupt it.
          const fiber = yield* Effect.flatMap(Worktrees, (worktrees) => worktrees.list).pipe(
            Effect.uninterruptible,
            Effect.provide(adapters(root, surroundings)),
            Effect.flip,
            Effect.fork
          )
          yield* eventually(() => pids().length === 2)
          yield* TestClock.adjust("59 seconds")
          assert.deepStrictEqual(pids().map(runs), [true, true])
          yield* TestClock.adjust("1 second")
          while (Option.isNone(yield* Fiber.poll(fiber))) {
            yield* eventually(() => true)
            yield* Effect.promise(() => new Promise((resolve) => setTimeout(resolve, 20)))
            yield* TestClock.adjust("1 second")
          }
          assert.deepInclude(yield* Fiber.join(fiber), reason("failed"))
          yield* eventually(() => !pids().some(runs))
        }
      })
    )
  }

  it.scopedLive("may say a lot on the side", () =>
    withRoot((root) =>
      Effect.gen(function* () {
        const real = join(git(root, "--exec-path").trim(), "git")
        const bin = yield* fakeGit(`head -c 3000000 /dev/zero | tr '\\0' x >&2; exec ${real} "$@"`)
        const path = yield* make(1, "feature/a").pipe(
          Effect.provide(adapters(root, { PATH: `${bin}:/usr/bin:/bin` }))
        )
        assert.isTrue(existsSync(join(path, "README")))
      })
    )
  )
})
