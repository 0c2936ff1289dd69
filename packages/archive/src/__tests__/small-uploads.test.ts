import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { gzipSync } from "node:zlib"
import { FileSystem } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"

const mebibyte = 1_048_576
const begun = '{"format":"big-ocean-session","version":1,"x":['
const repeated = (item: string, bytes: number) => item.repeat(Math.floor(bytes / item.length))

/** What a process with half a gigabyte of heap says of the records of a file. */
const readElsewhere = (path: string) =>
  Effect.async<string, Error>((resume) => {
    const main = fileURLToPath(new URL("reader/main.ts", import.meta.url))
    const flags = ["--max-old-space-size=512", "--import", "tsx", main, path]
    const reader = execFile(process.execPath, flags, (error, stdout) =>
      resume(error === null ? Effect.succeed(stdout) : Effect.fail(error))
    )
    return Effect.sync(() => reader.kill("SIGKILL"))
  })

it.scopedLive(
  "a few kilobytes of gzip that are millions of values do not end the process that reads them",
  () =>
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      const path = `${yield* files.makeTempDirectoryScoped()}/small.gz`
      const lines = [
        `${begun}${repeated("0,", 15 * mebibyte)}0]}`,
        `${begun}${repeated("0,", 17 * mebibyte)}0]}`,
        `${begun}${repeated("{},", 62 * mebibyte)}0]}`,
        `[${repeated("{},", 62 * mebibyte)}0]`,
        "[".repeat(62 * mebibyte)
      ]
      const gzip = gzipSync(lines.join("\n"))
      assert.isBelow(gzip.length, 300_000)
      yield* files.writeFile(path, gzip)
      const tooMany = "must have at most 8388608 of the signs { [ , : outside of strings"
      assert.deepStrictEqual((yield* readElsewhere(path)).trimEnd().split("\n"), [
        "must hold at most 131072 characters as JSON beside estimates and messages",
        tooMany,
        tooMany,
        "must be a JSON object",
        "must be a JSON object"
      ])
    }).pipe(Effect.provide(NodeContext.layer))
)
