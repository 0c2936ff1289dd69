import { spawn } from "node:child_process"
import { once } from "node:events"
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  utimesSync,
  writeFileSync
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, it } from "@effect/vitest"
import { WorkspaceSnapshot, WorkspaceSnapshots, Worktrees } from "@workspace/domain"
import { startProcess } from "@workspace/locks/test-utils"
import { Deferred, Effect, Fiber, Option, Random, TestClock } from "effect"
import { build } from "esbuild"
import { afterAll, beforeAll } from "vitest"
import { adapters, freshRoot, git, idOf, leftIn, make, nothing, planned, withRoot } from "./git-root.ts"
import { workspaceOf } from "./workspaces.ts"

const folderOfProgram = mkdtempSync(join(tmpdir(), "program-"))
const program = join(folderOfProgram, "main.mjs")

// In one file it starts in a fraction of the time, and it is started often.
beforeAll(() =>
  build({
    entryPoints: [fileURLToPath(new URL("./processes/main.ts", import.meta.url))],
    outfile: program,
    bundle: true,
    platform: "node",
    format: "esm",
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);'
    }
  })
)

afterAll(() => rmSync(folderOfProgram, { recursive: true }))

const start = (...args: ReadonlyArray<string>) => startProcess(program, args)

/** At any moment of what takes about so long. */
const someTime = (millis: number) => Effect.flatMap(Random.nextIntBetween(0, millis), Effect.sleep)

/** What a restore does with whatever a crash has left. */
const recovered = Effect.gen(function* () {
  const worktrees = yield* Worktrees
  yield* worktrees.exclusively(
    Effect.gen(function* () {
      for (const id of yield* worktrees.retired) yield* worktrees.clear(id)
      yield* worktrees.discard(planned(1, "feature/first"))
      yield* worktrees.discard(planned(2, "feature/second"))
    })
  )
})

it.scopedLive("a process that is killed while it makes and retires worktrees leaves nothing that stays", () =>
  Effect.gen(function* () {
    const killOnce = Effect.gen(function* () {
      const root = yield* freshRoot
      const child = yield* start("change", root)
      assert.strictEqual(yield* child.nextLine, "ready")
      for (let steps = yield* Random.nextIntBetween(0, 7); steps > 0; steps--) yield* child.nextLine
      yield* someTime(50)
      yield* child.kill
      yield* Effect.provide(recovered, adapters(root))
      assert.deepStrictEqual(leftIn(root), nothing)
      assert.strictEqual(git(root, "fsck", "--no-dangling"), "")
      assert.deepStrictEqual(readdirSync(join(root, ".git", "big-ocean")), [])
    }).pipe(Effect.scoped)
    yield* Effect.all(
      Array.from({ length: 10 }, () => killOnce),
      { concurrency: 2 }
    )
  })
)

// Elsewhere it cannot be seen what a killed process has left.
if (existsSync("/proc/self/environ")) {
  it.scopedLive("a git that a killed process has left does not go on", () =>
    withRoot((root) =>
      Effect.gen(function* () {
        const begun = join(root, ".git", "begun")
        writeFileSync(join(root, ".gitattributes"), "* filter=slow\n")
        git(root, "add", ".")
        git(root, "commit", "-q", "-m", "Slow")
        git(root, "config", "filter.slow.smudge", `trap '' TERM; touch ${begun}; sleep 1000; cat`)
        const child = yield* start("makeOne", root)
        assert.strictEqual(yield* child.nextLine, "making")
        yield* Effect.promise(async () => {
          while (!existsSync(begun)) await new Promise((resolve) => setTimeout(resolve, 10))
        })
        yield* child.kill
        yield* recovered
        assert.deepStrictEqual(leftIn(root), nothing)
        const left = readdirSync("/proc").filter((pid) => {
          try {
            return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, "utf8").includes(root)
          } catch {
            return false
          }
        })
        assert.deepStrictEqual(left, [])
      })
    )
  )
}

it.scopedLive(
  "a process that is killed while it writes leaves a whole snapshot, and the next one nothing beside it",
  () =>
    Effect.gen(function* () {
      const killOnce = Effect.gen(function* () {
        const root = yield* freshRoot
        const child = yield* start("write", root)
        assert.strictEqual(yield* child.nextLine, "1")
        yield* someTime(100)
        yield* child.kill
        yield* Effect.gen(function* () {
          const snapshots = yield* WorkspaceSnapshots
          const found = yield* snapshots.read
          const sessions = WorkspaceSnapshot.$is("Read")(found) ? found.sessions : []
          assert.isAbove(sessions.length, 0)
          assert.deepStrictEqual(
            sessions,
            sessions.map((_, index) => workspaceOf(root, index + 1))
          )
          yield* snapshots.write(Effect.succeed([]))
          assert.deepStrictEqual(
            readdirSync(root).filter((name) => name.startsWith(".claude")),
            [".claude-container-sessions.json"]
          )
        }).pipe(Effect.provide(adapters(root)))
      }).pipe(Effect.scoped)
      yield* Effect.all(
        Array.from({ length: 10 }, () => killOnce),
        { concurrency: 2 }
      )
    })
)

it.scopedLive("readers see whole snapshots while two processes write", () =>
  withRoot((root) =>
    Effect.gen(function* () {
      const snapshots = yield* WorkspaceSnapshots
      const writers = [yield* start("write", root, "1"), yield* start("write", root, "101")]
      for (const writer of writers) assert.strictEqual(yield* writer.nextLine, "1")
      const sizes = new Set<number>()
      // However slow they are: in the end more than one state was seen.
      for (let times = 0; times < 200 || sizes.size === 1; times++) {
        const { sessions, version } = JSON.parse(
          readFileSync(join(root, ".claude-container-sessions.json"), "utf8")
        )
        assert.strictEqual(version, "1.0")
        sizes.add(sessions.length)
        yield* Effect.sleep("1 millis")
      }
      assert.isTrue(WorkspaceSnapshot.$is("Read")(yield* snapshots.read))
    })
  )
)

it.scopedLive("processes take turns, and one that dies loses its own", () =>
  withRoot((root) =>
    Effect.gen(function* () {
      writeFileSync(join(root, "count"), "0")
      const counters = yield* Effect.all([start("count", root), start("count", root)])
      for (const counter of counters) assert.strictEqual(yield* counter.nextLine, "counted")
      assert.strictEqual(readFileSync(join(root, "count"), "utf8"), "40")
      const worktrees = yield* Worktrees
      const holder = yield* start("hold", root)
      assert.strictEqual(yield* holder.nextLine, "held")
      const waiting = yield* Effect.fork(worktrees.exclusively(Effect.succeed("mine")))
      yield* Effect.sleep("200 millis")
      assert.isNull(waiting.unsafePoll())
      yield* holder.kill
      assert.strictEqual(yield* Fiber.join(waiting), "mine")
    })
  )
)

/** A process that had the root for itself, and was killed. */
const killedHolder = Effect.fnUntraced(function* (root: string) {
  const holder = yield* start("hold", root)
  assert.strictEqual(yield* holder.nextLine, "held")
  yield* holder.kill
})

const inTurn = Effect.flatMap(Worktrees, (worktrees) => worktrees.exclusively(Effect.void))

// Elsewhere it cannot be seen who is at work.
if (existsSync("/proc/self/environ")) {
  it.scopedLive(
    "locks of a git that was killed with its server are removed, and those of a living one never",
    () =>
      withRoot((root) =>
        Effect.gen(function* () {
          const worktrees = yield* Worktrees
          const locks = ["packed-refs.lock", "config.lock"].map((name) => join(root, ".git", name))
          const isThere = () => locks.map((lock) => existsSync(lock))
          const lockAll = (seconds: number) => {
            for (const lock of locks) {
              writeFileSync(lock, "")
              utimesSync(lock, Date.now() / 1_000 - seconds, Date.now() / 1_000 - seconds)
            }
          }
          yield* make(1, "feature/first")
          lockAll(120)
          yield* inTurn
          assert.deepStrictEqual(isThere(), [true, true], "nobody died")

          const cat = yield* Effect.acquireRelease(
            Effect.sync(() =>
              spawn("git", ["cat-file", "--batch"], { cwd: root, stdio: ["pipe", "pipe", "inherit"] })
            ),
            (child) => Effect.sync(() => child.kill("SIGKILL"))
          )
          cat.stdin.write("HEAD\n")
          yield* Effect.promise(() => once(cat.stdout, "data"))
          yield* killedHolder(root)
          yield* inTurn
          assert.deepStrictEqual(isThere(), [true, true], "a git is at work")
          const ended = once(cat, "exit")
          cat.stdin.end()
          yield* Effect.promise(() => ended)
          yield* worktrees.exclusively(worktrees.discard(planned(1, "feature/first")))
          assert.deepStrictEqual(isThere(), [false, false])
          assert.deepStrictEqual(leftIn(root), nothing)

          lockAll(0)
          yield* killedHolder(root)
          yield* inTurn
          assert.deepStrictEqual(isThere(), [true, true], "just made")
          lockAll(120)
          yield* inTurn
          assert.deepStrictEqual(isThere(), [true, true], "made since")
        })
      )
  )

  it.scopedLive("what servers of other roots and in other containers began is not ended", () =>
    withRoot((root) =>
      Effect.gen(function* () {
        const begun = (namespace: string, of: string) =>
          Effect.acquireRelease(
            Effect.sync(() =>
              spawn("sleep", ["1000"], {
                env: {
                  PATH: process.env["PATH"],
                  BIG_OCEAN_SERVER: ["999999999", "1 x", namespace, of].join("\n")
                },
                stdio: "ignore"
              })
            ),
            (child) => Effect.sync(() => child.kill("SIGKILL"))
          )
        const own = readlinkSync("/proc/self/ns/pid")
        const others = [yield* begun("pid:[1]", root), yield* begun(own, `${root}-2`)]
        const orphan = yield* begun(own, root)
        const ended = once(orphan, "exit")
        yield* killedHolder(root)
        yield* inTurn
        yield* Effect.promise(() => ended)
        assert.deepStrictEqual(
          others.map(({ exitCode, signalCode }) => [exitCode, signalCode]),
          [
            [null, null],
            [null, null]
          ]
        )
      })
    )
  )
}

it.scoped("a fiber that keeps the turn for half a minute makes the others busy", () =>
  withRoot(() =>
    Effect.gen(function* () {
      const worktrees = yield* Worktrees
      const held = yield* Deferred.make<void>()
      const holder = yield* Effect.fork(
        worktrees.exclusively(Effect.zipRight(Deferred.succeed(held, undefined), Effect.never))
      )
      yield* Deferred.await(held)
      const waiting = yield* Effect.fork(Effect.flip(inTurn))
      const patient = yield* Effect.fork(Effect.uninterruptible(Effect.flip(inTurn)))
      yield* TestClock.adjust("29 seconds")
      assert.isTrue(Option.isNone(yield* Fiber.poll(waiting)))
      yield* TestClock.adjust("1 second")
      assert.deepInclude(yield* Fiber.join(waiting), { reason: "busy" })
      yield* Fiber.interrupt(holder)
      // It cannot be told before its turn, and does nothing then.
      assert.deepInclude(yield* Fiber.join(patient), { reason: "busy" })
      yield* inTurn
    })
  )
)

it.scoped("a process that keeps the turn for half a minute is told of as busy", () =>
  Effect.gen(function* () {
    const root = yield* freshRoot
    const holder = yield* start("hold", root)
    assert.strictEqual(yield* holder.nextLine, "held")
    const waiting = yield* Effect.flatMap(Worktrees, (worktrees) => worktrees.exclusively(Effect.void)).pipe(
      Effect.provide(adapters(root)),
      Effect.flip,
      Effect.fork
    )
    while (Option.isNone(yield* Fiber.poll(waiting))) {
      // Slowly: a git for which the clock goes too fast is ended.
      yield* Effect.promise(() => new Promise((resolve) => setTimeout(resolve, 50)))
      yield* TestClock.adjust("500 millis")
    }
    assert.deepInclude(yield* Fiber.join(waiting), { reason: "busy" })
  })
)

it.scopedLive("fibers take turns, and one that is interrupted gives its own up", () =>
  withRoot(() =>
    Effect.gen(function* () {
      const worktrees = yield* Worktrees
      let inside = 0
      let most = 0
      const visit = Effect.acquireUseRelease(
        Effect.sync(() => {
          inside += 1
          most = Math.max(most, inside)
        }),
        () => Effect.sleep("5 millis"),
        () =>
          Effect.sync(() => {
            inside -= 1
          })
      )
      const fibers = yield* Effect.forEach(Array.from({ length: 6 }), () =>
        Effect.fork(worktrees.exclusively(visit))
      )
      yield* Fiber.interrupt(yield* Effect.fork(worktrees.exclusively(Effect.never)))
      yield* Fiber.joinAll(fibers)
      assert.strictEqual(most, 1)
      assert.strictEqual(
        (yield* Effect.flip(
          worktrees.exclusively(worktrees.add({ ...planned(1, "main"), id: idOf(1) }, { follows: false }))
        ))._tag,
        "BranchConflictError"
      )
      yield* worktrees.exclusively(Effect.void)
    })
  )
)
