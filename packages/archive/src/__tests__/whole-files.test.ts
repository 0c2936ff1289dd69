import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import { FileSystem } from "@effect/platform"
import { assert, it } from "@effect/vitest"
import { ArchiveStore, Session } from "@workspace/domain"
import { Effect, Fiber, Stream } from "effect"
import { snapshotOf } from "./archived-sessions.ts"
import { firstPage, save, trusted, withStore } from "./store.ts"
import { instant, long, nerin } from "./talks.ts"

it.live("of twenty saves at once one leaves its file, and loads meanwhile read one as a whole", () =>
  withStore((directory) =>
    Effect.gen(function* () {
      const store = yield* ArchiveStore
      const versions = Array.from({ length: 20 }, (_, index) => ({
        ...long,
        session: new Session({ ...long.session, updatedAt: instant(10_000 + index) })
      }))
      yield* save(snapshotOf(long))
      const saves = Effect.forEach(versions, (version) => save(snapshotOf(version)), {
        concurrency: "unbounded",
        discard: true
      })
      const load = Effect.map(store.load(trusted, long.session.id), ({ messages, session }) => {
        assert.deepStrictEqual(messages, long.messages)
        assert.include(
          [long, ...versions].map((_) => String(_.session.updatedAt)),
          String(session.updatedAt)
        )
      })
      yield* Effect.all(
        [
          saves,
          Effect.all(
            Array.from({ length: 20 }, () => load),
            { concurrency: "unbounded" }
          )
        ],
        {
          concurrency: "unbounded"
        }
      )
      yield* load
      assert.strictEqual((yield* store.list(trusted, firstPage)).count, 1)
      const files = yield* FileSystem.FileSystem
      assert.deepStrictEqual(yield* files.readDirectory(directory), [`${long.session.id}.json`])
    })
  )
)

/** Ends a process that saves without a pause, so many milliseconds after its first save. */
const killWriter = (directory: string, afterMillis: number) =>
  Effect.async<void, string>((resume) => {
    const main = fileURLToPath(new URL("writer/main.ts", import.meta.url))
    const writer = spawn(process.execPath, ["--import", "tsx", main, directory], {
      stdio: ["ignore", "pipe", "inherit"]
    })
    writer.stdout.once("data", () => setTimeout(() => writer.kill("SIGKILL"), afterMillis))
    writer.once("exit", (_, signal) =>
      resume(signal === "SIGKILL" ? Effect.void : Effect.fail("The writer ended by itself"))
    )
    return Effect.sync(() => writer.kill("SIGKILL"))
  })

it.live(
  "kill -9 in the middle of saves leaves the file whole, and what is unfinished is never seen and later removed",
  () =>
    withStore((directory) =>
      Effect.gen(function* () {
        const store = yield* ArchiveStore
        const files = yield* FileSystem.FileSystem
        const unfinishedNow = Effect.map(files.readDirectory(directory), (names) =>
          names.filter((name) => name.endsWith(".tmp"))
        )
        // Until one is killed between the beginning of a file and its name: most are.
        const kills = Array.from({ length: 100 }, (_, index) => index)
        for (const kill of kills) {
          yield* killWriter(directory, 5 + ((kill * 7) % 30))
          assert.deepStrictEqual(yield* store.load(trusted, long.session.id), long)
          if ((yield* unfinishedNow).length > 0) break
        }
        assert.strictEqual((yield* store.list(trusted, firstPage)).count, 1)
        const unfinished = yield* unfinishedNow
        assert.isNotEmpty(unfinished)
        yield* Effect.forEach(unfinished, (name) => files.utimes(`${directory}/${name}`, 1, 1))
        yield* store.list(trusted, firstPage)
        assert.deepStrictEqual(yield* files.readDirectory(directory), [`${long.session.id}.json`])
      })
    )
)

it.live("a save that is interrupted leaves the file as it was and nothing beside it", () =>
  withStore((directory) =>
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      yield* save(snapshotOf(nerin))
      const before = yield* files.readFile(`${directory}/${nerin.session.id}.json`)
      const stuck = {
        ...snapshotOf(nerin),
        messages: Stream.concat(Stream.fromIterable(nerin.messages), Stream.never)
      }
      const saving = yield* Effect.fork(save(stuck))
      const isWriting = Effect.map(files.readDirectory(directory), (names) => names.length > 1)
      yield* Effect.repeat(isWriting, { until: (_) => _ })
      yield* Fiber.interrupt(saving)
      assert.deepStrictEqual(yield* files.readDirectory(directory), [`${nerin.session.id}.json`])
      assert.deepStrictEqual(yield* files.readFile(`${directory}/${nerin.session.id}.json`), before)
    })
  )
)
