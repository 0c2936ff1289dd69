import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { startProcess } from "@workspace/locks/test-utils"
import { sql } from "drizzle-orm"
import { Effect, Layer } from "effect"
import { Database } from "../client.ts"
import { layerEmbedded } from "../embedded.ts"
import { isMigrated, layerMigrated } from "../migrate.ts"
import { program } from "./processes/program.ts"

const temporaryDirectory = Effect.acquireRelease(
  Effect.promise(() => mkdtemp(join(tmpdir(), "big-ocean-embedded-"))),
  (directory) => Effect.promise(() => rm(directory, { recursive: true }))
)

const numbers = Effect.flatMap(Database, ({ client, query }) =>
  query(() => client.select({ n: sql<number>`n` }).from(sql`numbers`).orderBy(sql`n`))
).pipe(Effect.map((rows) => rows.map(({ n }) => n)))

describe("layerEmbedded", () => {
  it.scopedLive("keeps every acknowledged row when its process is killed", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const writer = yield* startProcess(program, ["write", directory])
      let acknowledged = 0
      while (acknowledged < 200) acknowledged = Number(yield* writer.nextLine)
      const refused = yield* Effect.flip(Layer.build(layerEmbedded({ directory })))
      assert.deepInclude(refused, { _tag: "DatabaseInUseError", pid: writer.pid })
      assert.include(refused.message, `kill ${writer.pid}`)
      yield* writer.kill
      for (let line = yield* writer.nextLine; line !== undefined; line = yield* writer.nextLine) {
        acknowledged = Number(line)
      }
      const found = yield* Effect.provide(numbers, layerEmbedded({ directory }))
      assert.isAtLeast(found.length, acknowledged)
      assert.deepStrictEqual(
        found,
        Array.from(found, (_, index) => index + 1)
      )
    })
  )

  it.scopedLive("starts where a first start was killed, migrates, and opens again", () =>
    Effect.gen(function* () {
      const directory = join(yield* temporaryDirectory, ".data")
      const half = join(directory, "postgres.new")
      yield* Effect.promise(() => mkdir(half, { recursive: true }))
      yield* Effect.promise(() => writeFile(join(half, "PG_VERSION"), "18\n"))
      const database = layerEmbedded({ directory })
      yield* Layer.build(Layer.provide(layerMigrated, database)).pipe(Effect.scoped)
      assert.deepStrictEqual(yield* Effect.promise(() => readdir(directory)), ["postgres"])
      assert.isTrue(yield* Effect.provide(isMigrated, database))
    })
  )

  it.scopedLive("says which directory cannot be used", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      yield* Effect.promise(() => writeFile(join(directory, "postgres"), "not a folder"))
      const error = yield* Effect.flip(Layer.build(layerEmbedded({ directory })))
      assert.strictEqual(error._tag, "DirectoryError")
      assert.include(error.message, directory)
    })
  )
})
