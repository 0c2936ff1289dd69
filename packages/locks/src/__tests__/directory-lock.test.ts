import { spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync } from "node:fs"
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { Array, Effect, Exit, Schedule, Scope } from "effect"
import { lockDirectory } from "../directory-lock.ts"
import { ownIdentity } from "../process-identity.ts"
import { startProcess } from "../test-utils/child.ts"

const temporaryDirectory = Effect.acquireRelease(
  Effect.promise(() => mkdtemp(join(tmpdir(), "big-ocean-lock-"))),
  (directory) => Effect.promise(() => rm(directory, { recursive: true }))
)

const program = fileURLToPath(new URL("./processes/main.ts", import.meta.url))

const holder = (directory: string) =>
  Effect.gen(function* () {
    const child = yield* startProcess(program, [directory])
    assert.strictEqual(yield* child.nextLine, "ready")
    return child
  })

const lockFile = (directory: string) => readFile(join(directory, "server.pid"), "utf8")

describe("lockDirectory", () => {
  it.scoped("writes the pid first, and removes the file afterwards", () =>
    Effect.gen(function* () {
      const directory = join(yield* temporaryDirectory, "made", "on the way")
      const content = yield* Effect.scoped(
        Effect.zipRight(
          lockDirectory(directory),
          Effect.promise(() => lockFile(directory))
        )
      )
      assert.strictEqual(content.split("\n")[0], String(process.pid))
      assert.deepStrictEqual(yield* Effect.promise(() => readdir(directory)), [])
    })
  )

  it.scoped("refuses a directory that this process holds", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      yield* lockDirectory(directory)
      const error = yield* Effect.flip(lockDirectory(directory))
      assert.deepInclude(error, { _tag: "DirectoryLockedError", pid: process.pid, directory })
    })
  )

  it.scoped("refuses a live process, and takes over a killed one", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const other = yield* holder(directory)
      yield* other.tell("go")
      assert.strictEqual(yield* other.nextLine, "held")
      const error = yield* Effect.flip(lockDirectory(directory))
      assert.deepInclude(error, { _tag: "DirectoryLockedError", pid: other.pid })
      assert.strictEqual(error.message, `${directory} is in use by process ${other.pid}.`)
      yield* other.kill
      assert.isTrue((yield* Effect.scoped(lockDirectory(directory))).tookOver)
      assert.deepStrictEqual(yield* Effect.promise(() => readdir(directory)), [])
      assert.isFalse((yield* Effect.scoped(lockDirectory(directory))).tookOver)
    })
  )

  it.scoped("lets exactly one of ten processes take over after a crash", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const crashed = yield* holder(directory)
      yield* crashed.tell("go")
      assert.strictEqual(yield* crashed.nextLine, "held")
      yield* crashed.kill
      const racers = yield* Effect.all(
        Array.makeBy(10, () => holder(directory)),
        { concurrency: "unbounded" }
      )
      yield* Effect.forEach(racers, (racer) => racer.tell("go"))
      const answers = yield* Effect.forEach(racers, (racer) => racer.nextLine, { concurrency: "unbounded" })
      assert.lengthOf(
        answers.filter((answer) => answer === "held"),
        1
      )
      const winner = racers[answers.indexOf("held")]?.pid
      // By the winner, or by a rival that was just then looking whether it could win.
      const refusals = racers.map(({ pid }) => `refused ${pid}`)
      assert.lengthOf(
        answers.filter((answer) => answer !== undefined && refusals.includes(answer)),
        9
      )
      assert.strictEqual((yield* Effect.promise(() => lockFile(directory))).split("\n")[0], String(winner))
    })
  )

  it.scoped("lets exactly one of many win, whatever the lock file of the dead says", () =>
    Effect.gen(function* () {
      const gone = spawn("true")
      yield* Effect.async((resume) => void gone.once("exit", () => resume(Effect.void)))
      const stale = [
        `${gone.pid}\n1 boot\nx\n`,
        // This pid, of a process that started at another time: in a container the pid is always the same.
        `${process.pid}\n1 boot\nx\n`,
        "not a pid\n",
        "",
        "0\n",
        "-1\n"
      ]
      yield* Effect.forEach(Array.flatten(Array.replicate(stale, 10)), (content) =>
        Effect.gen(function* () {
          const directory = yield* temporaryDirectory
          yield* Effect.promise(() => writeFile(join(directory, "server.pid"), content))
          const exits = yield* Effect.all(
            Array.makeBy(12, () => Effect.exit(lockDirectory(directory))),
            { concurrency: "unbounded" }
          )
          assert.lengthOf(exits.filter(Exit.isSuccess), 1)
          assert.deepStrictEqual(yield* Effect.promise(() => readdir(directory)), ["server.pid"])
        }).pipe(Effect.scoped)
      )
    })
  )

  it.scoped("takes over from a process that died while it took over", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      yield* Effect.promise(() => writeFile(join(directory, "server.pid"), "dead\n"))
      // sha256 of "dead\n", as the lock on its succession is called.
      yield* Effect.promise(() => writeFile(join(directory, "server.pid.9edc05076fb5"), "also dead\n"))
      yield* lockDirectory(directory)
      assert.deepStrictEqual(yield* Effect.promise(() => readdir(directory)), ["server.pid"])
    })
  )

  it.scoped("removes what processes left beside it that were killed on the way, and nothing else", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const uuid = "00000000-0000-4000-8000-000000000000"
      const identity = yield* Effect.promise(() => ownIdentity())
      const files = {
        [`server.pid.999999999.${uuid}`]: "999999999\n1 x\n",
        [`server.pid.999999998.${uuid}`]: "",
        [`server.pid.999999999.${uuid}.copy`]: "999999999\n1 x\n",
        "server.pid.9edc05076fb5": "dead\n",
        [`server.pid.${process.pid}.${uuid}`]: "",
        "server.pid.0123456789ab": `${identity}\n`,
        other: "dead\n"
      }
      for (const [name, content] of Object.entries(files)) {
        yield* Effect.promise(() => writeFile(join(directory, name), content))
      }
      yield* lockDirectory(directory)
      assert.deepStrictEqual(
        (yield* Effect.promise(() => readdir(directory))).sort(),
        ["other", "server.pid", "server.pid.0123456789ab", `server.pid.${process.pid}.${uuid}`].sort()
      )
    })
  )

  // Elsewhere a zombie cannot be told from a living process.
  if (existsSync("/proc/self/stat")) {
    it.scopedLive("counts a zombie as dead", () =>
      Effect.gen(function* () {
        const directory = yield* temporaryDirectory
        // The shell becomes a program that never asks how its child ended.
        const parent = spawn("sh", ["-c", "sleep 60 & echo $!; exec sleep 60"])
        yield* Effect.addFinalizer(() => Effect.sync(() => parent.kill("SIGKILL")))
        const [data] = yield* Effect.promise(() => once(parent.stdout, "data"))
        const pid = Number(data)
        const stat = yield* Effect.promise(() => readFile(`/proc/${pid}/stat`, "utf8"))
        const boot = yield* Effect.promise(() => readFile("/proc/sys/kernel/random/boot_id", "utf8"))
        const content = `${pid}\n${stat.split(" ")[21]} ${boot.trim()}\nx\n`
        yield* Effect.promise(() => writeFile(join(directory, "server.pid"), content))
        const error = yield* Effect.flip(lockDirectory(directory))
        assert.deepInclude(error, { _tag: "DirectoryLockedError", pid })
        process.kill(pid, "SIGKILL")
        yield* Effect.retry(lockDirectory(directory), Schedule.spaced("10 millis"))
        assert.isTrue(existsSync(`/proc/${pid}`))
      })
    )
  }

  it.scoped("leaves a lock alone that is no longer its own", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const scope = yield* Scope.make()
      yield* Scope.extend(lockDirectory(directory), scope)
      yield* Effect.promise(() => writeFile(join(directory, "server.pid"), "1\n"))
      yield* Scope.close(scope, Exit.void)
      assert.strictEqual(yield* Effect.promise(() => lockFile(directory)), "1\n")
    })
  )

  it.scoped("says what is wrong with a directory that cannot be made", () =>
    Effect.gen(function* () {
      const file = join(yield* temporaryDirectory, "a file")
      yield* Effect.promise(() => writeFile(file, ""))
      const error = yield* Effect.flip(lockDirectory(file))
      assert.strictEqual(error._tag, "DirectoryError")
      assert.include(error.message, file)
    })
  )
})
