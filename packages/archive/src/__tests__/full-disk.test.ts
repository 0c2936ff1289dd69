import { execFileSync } from "node:child_process"
import { FileSystem } from "@effect/platform"
import { SystemError } from "@effect/platform/Error"
import { NodeContext } from "@effect/platform-node"
import { assert, it } from "@effect/vitest"
import { ArchiveStore } from "@workspace/domain"
import { Effect, Layer } from "effect"
import { snapshotOf } from "./archived-sessions.ts"
import { freshDirectory, onDirectory, save, trusted } from "./store.ts"
import { long, nerin } from "./talks.ts"

const failsAndLeavesTheRest = (directory: string) =>
  Effect.gen(function* () {
    const store = yield* ArchiveStore
    const files = yield* FileSystem.FileSystem
    const error = yield* Effect.flip(save(snapshotOf(long)))
    assert.strictEqual(error._tag, "ArchiveUnavailableError")
    assert.deepStrictEqual(yield* files.readDirectory(directory), [`${nerin.session.id}.json`])
    assert.deepStrictEqual(yield* store.load(trusted, nerin.session.id), nerin)
  })

/** A disk on which no file grows beyond this size. */
const smallDisk = (bytes: number) =>
  Layer.effect(
    FileSystem.FileSystem,
    Effect.map(FileSystem.FileSystem, (real) =>
      FileSystem.make({
        ...real,
        open: (path, options) =>
          Effect.map(real.open(path, options), (file) => {
            let written = 0
            const full = new SystemError({
              module: "FileSystem",
              method: "writeAll",
              reason: "Unknown",
              description: "ENOSPC: no space left on device"
            })
            const writeAll: FileSystem.File["writeAll"] = (part) => {
              written += part.length
              return written > bytes ? Effect.fail(full) : file.writeAll(part)
            }
            return new Proxy(file, {
              get: (target, key) => (key === "writeAll" ? writeAll : Reflect.get(target, key, target))
            })
          })
      })
    )
  )

it.live("a disk that is full while a file is written", () =>
  Effect.gen(function* () {
    const directory = yield* freshDirectory
    yield* Effect.gen(function* () {
      yield* save(snapshotOf(nerin))
      yield* failsAndLeavesTheRest(directory)
    }).pipe(onDirectory(directory), Effect.provide(smallDisk(50_000)))
  }).pipe(Effect.scoped, Effect.provide(NodeContext.layer))
)

/** A real disk of 64 KiB, where this machine lets the tests have one. */
const mounted = (directory: string) =>
  Effect.acquireRelease(
    Effect.either(
      Effect.try(() =>
        execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", directory], { stdio: "pipe" })
      )
    ),
    (mount) => Effect.sync(() => (mount._tag === "Right" ? execFileSync("umount", [directory]) : undefined))
  )

it.live("a real disk that is full, where one can be mounted", () =>
  Effect.gen(function* () {
    const directory = yield* freshDirectory
    const files = yield* FileSystem.FileSystem
    yield* files.makeDirectory(directory)
    const mount = yield* mounted(directory)
    if (mount._tag === "Left") {
      process.stderr.write("Not run on a real full disk: no small file system can be mounted here.\n")
      return
    }
    yield* Effect.gen(function* () {
      yield* save(snapshotOf(nerin))
      yield* failsAndLeavesTheRest(directory)
    }).pipe(onDirectory(directory))
  }).pipe(Effect.scoped, Effect.provide(NodeContext.layer))
)

it.live("a directory that cannot be one", () =>
  Effect.gen(function* () {
    const parent = yield* freshDirectory
    const files = yield* FileSystem.FileSystem
    yield* files.writeFileString(parent, "a file")
    yield* Effect.gen(function* () {
      const store = yield* ArchiveStore
      assert.strictEqual((yield* Effect.flip(save(snapshotOf(nerin))))._tag, "ArchiveUnavailableError")
      assert.strictEqual(
        (yield* Effect.flip(store.list(trusted, { limit: 1 })))._tag,
        "ArchiveUnavailableError"
      )
    }).pipe(onDirectory(`${parent}/sessions`))
  }).pipe(Effect.scoped, Effect.provide(NodeContext.layer))
)
