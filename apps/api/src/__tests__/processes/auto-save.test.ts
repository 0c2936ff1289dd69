import { readdir, readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { assert, it } from "@effect/vitest"
import { decode } from "@workspace/archive"
import { freshDatabase } from "@workspace/database/test-utils"
import type { SessionId } from "@workspace/domain"
import { Array, Effect, Schedule } from "effect"
import { inject } from "vitest"
import { exchange } from "../../test-utils/exchange.ts"
import * as BigOcean from "./big-ocean.ts"
import { connect, layerClient } from "./client.ts"

const writers = Array.range(1, 4)

/** The saved sessions of a folder. What is no whole session fails. */
const saved = (folder: string) =>
  Effect.gen(function* () {
    const names = yield* Effect.promise(() => readdir(folder))
    return yield* Effect.forEach(
      names.filter((name) => name.endsWith(".json")),
      (name) =>
        Effect.flatMap(
          Effect.promise(() => readFile(join(folder, name), "utf8")),
          decode
        )
    )
  })

it.scopedLive(
  "files are whole when the process is killed, and follow to the end when it is told to stop",
  () =>
    Effect.gen(function* () {
      const folder = yield* BigOcean.temporaryDirectory
      const env = {
        DATABASE_URL: yield* freshDatabase(inject("postgresUrl")),
        ARCHIVE_DIR: folder,
        AUTO_SAVE_EVERY: "1"
      }
      const first = yield* BigOcean.serve({ env })
      const caller = yield* connect(first.origin)
      const talks = yield* Effect.forEach(writers, () => caller.start)
      const talk = (sessionId: SessionId, writer: number) =>
        Effect.iterate(1, {
          while: () => true,
          body: (turn) => Effect.as(caller.send(sessionId, `${writer}.${turn}`), turn + 1)
        })
      const killed = Effect.repeat(saved(folder), {
        until: (files) =>
          files.length === writers.length && files.every(({ messages }) => messages.length > 4),
        schedule: Schedule.spaced("50 millis")
      }).pipe(Effect.zipRight(first.kill))
      yield* Effect.zip(
        Effect.forEach(talks, (id, index) => Effect.flip(talk(id, index)), { concurrency: "unbounded" }),
        killed,
        { concurrent: true }
      )
      assert.strictEqual((yield* saved(folder)).length, writers.length)

      const second = yield* BigOcean.serve({ env })
      const again = yield* connect(second.origin)
      yield* Effect.forEach(talks, (id, index) => again.send(id, `last.${index}`), {
        concurrency: "unbounded"
      })
      yield* second.signal("SIGTERM")
      assert.strictEqual(yield* second.ended, 0, second.output())
      for (const { messages } of yield* saved(folder)) {
        assert.include(messages.at(-2)?.id, "last.")
      }
    }).pipe(Effect.provide(layerClient))
)

it.scopedLive(
  "without a place for files the talk goes on, which is told, and they come when there is one",
  () =>
    Effect.gen(function* () {
      const folder = yield* BigOcean.temporaryDirectory
      const place = join(folder, "sessions")
      // A file where the folder should be.
      yield* Effect.promise(() => writeFile(place, ""))
      const { origin, output } = yield* BigOcean.serve({
        env: {
          DATABASE_URL: yield* freshDatabase(inject("postgresUrl")),
          ARCHIVE_DIR: place,
          AUTO_SAVE_EVERY: "1"
        }
      })
      const caller = yield* connect(origin)
      const sessionId = yield* caller.start
      for (const id of ["1", "2", "3"]) yield* caller.send(sessionId, id)
      const archive = (status: string) =>
        exchange(origin, { path: "/ready" }).pipe(
          Effect.filterOrFail(({ text }) => text.includes(`"archive":{"status":"${status}"`)),
          Effect.retry(Schedule.spaced("50 millis")),
          Effect.timeout("25 seconds")
        )
      const failing = yield* archive("failing")
      assert.strictEqual(failing.status, 200)
      assert.match(failing.text, /"status":"ready",.*"pending":1,"since":"20/)
      yield* caller.send(sessionId, "4")
      const metrics = yield* exchange(origin, { path: "/metrics" })
      assert.include(metrics.text, "\nsession_saves_pending 1\n")
      assert.match(metrics.text, /session_save_duration_seconds_count\{outcome="failed"\} [1-9]/)
      assert.strictEqual(output().split("A session could not be saved").length, 2, output())

      yield* Effect.promise(() => rm(place))
      yield* archive("ok")
      const [file] = yield* saved(place)
      assert.strictEqual(file?.messages.length, 8)
    }).pipe(Effect.provide(layerClient))
)
