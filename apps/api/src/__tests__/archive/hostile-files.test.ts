import { gzipSync } from "node:zlib"
import { assert } from "@effect/vitest"
import { exampleFile } from "@workspace/contracts"
import { Effect, Random } from "effect"
import { asReport, newCaller } from "../../test-utils/session-caller.ts"
import { onEveryStore } from "../../test-utils/stores.ts"
import { talk } from "./talk.ts"

const mebibyte = 1024 * 1024
const deep = (levels: number) => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`

const files: ReadonlyArray<
  readonly [name: string, make: (line: string) => string | Uint8Array, type?: string]
> = [
  ["nothing", () => ""],
  ["blank lines", () => "\n \r\n\n"],
  ["no JSON", () => "hello"],
  ["a truncated record", (line) => line.slice(0, line.length / 2)],
  ["a record without its end", (line) => line.slice(0, -1)],
  ["bytes", () => Uint8Array.from({ length: 4_096 }, (_, n) => (n * 7919) % 256)],
  [
    "bytes after a good beginning",
    (line) => Buffer.concat([Buffer.from(line.slice(0, 99)), Buffer.from([255, 254, 0])])
  ],
  ["an array", () => "[]"],
  ["null", () => "null"],
  ["JSON nested 100,000 deep", () => deep(100_000)],
  ["metadata nested 1,000 deep", (line) => line.replace('"journal"', deep(1_000))],
  ["__proto__", (line) => line.replace('{"productName"', '{"__proto__":{"x":1},"productName"')],
  ["NUL", (line) => line.replace("message 0", "message \\u0000")],
  ["a lone surrogate", (line) => line.replace("message 0", "message \\ud800")],
  ["a number beyond all", (line) => line.replace('"journal"', "1e999")],
  ["an altered message", (line) => line.replace("message 1", "massage 1")],
  ["an altered title", (line) => line.replace("A talk", "Another talk")],
  ["a later version", (line) => line.replace('"version":1', '"version":2')],
  ["half a gzip", (line) => gzipSync(line.repeat(50)).subarray(0, 100), "application/gzip"],
  ["a gzip of nothing", () => gzipSync(""), "application/gzip"],
  ["a gzip in a gzip", (line) => gzipSync(gzipSync(line)), "application/gzip"],
  ["a bomb", () => gzipSync(Buffer.alloc(200 * mebibyte, "a")), "application/gzip"],
  ["50 MB that are no session", () => "x".repeat(50_000_000)],
  [
    "50 MB of a session without its end",
    (line) => line.replace("message 0", "y".repeat(50_000_000)).slice(0, -1)
  ],
  ["10,000 lines that are no session", () => "{}\n".repeat(10_000)]
]

onEveryStore("a file that is none", (it) => {
  it.effect.each(files)("is refused: %s", ([, make, type = "application/x-ndjson"]) =>
    Effect.gen(function* () {
      const alice = yield* newCaller
      const { line } = yield* talk(alice, { remove: true })
      const { body, status, text } = yield* alice.import(make(line), "", { "content-type": type })
      assert.strictEqual(status, 400, text.slice(0, 500))
      assert.propertyVal(body, "code", "VALIDATION_ERROR")
      assert.isBelow(text.length, 50_000)
      assert.notInclude(text, "massage")
      assert.propertyVal((yield* alice.get("")).body, "count", 0)
    })
  )

  it.effect("is never half imported, wherever a good one is altered", () =>
    Effect.gen(function* () {
      const alice = yield* newCaller
      const { id, line } = yield* talk(alice, { remove: true })
      for (let round = 0; round < 100; round++) {
        const at = yield* Random.nextIntBetween(0, line.length)
        const length = yield* Random.nextIntBetween(0, 3)
        const instead = yield* Random.choice([
          "",
          "x",
          "0",
          '"',
          "{",
          ",",
          "\n",
          "\u0000",
          "9".repeat(20),
          "null"
        ])
        const mutated = line.slice(0, at) + instead + line.slice(at + length)
        const { body, status, text } = yield* alice.import(mutated)
        assert.include([200, 400], status, text)
        const stored = yield* alice.get(`/${id}`)
        if (status === 200 && stored.status === 200) {
          // What it says is what was signed: at most what counts for nothing was altered.
          assert.deepInclude(body, { imported: 1 })
          assert.strictEqual(JSON.stringify(JSON.parse(yield* alice.export(id))), line)
          yield* alice.remove(`/${id}`)
        }
        assert.propertyVal((yield* alice.get("")).body, "count", 0)
      }
    })
  )

  it.effect("is refused by what is said about it", () =>
    Effect.gen(function* () {
      const alice = yield* newCaller
      const { line } = yield* talk(alice, { remove: true })
      for (const [headers, status] of [
        [{ "content-type": "text/plain" }, 415],
        [{ "content-type": "application/x-www-form-urlencoded" }, 415],
        [{ "content-type": "application/json; charset=latin1" }, 415],
        [{ "content-encoding": "br" }, 415],
        [{ "content-length": String(256 * mebibyte + 1) }, 413]
      ] as const) {
        const reply = yield* alice.import(line, "", headers)
        assert.strictEqual(reply.status, status, reply.text)
      }
      for (const query of ["?dryRun=yes", "?onConflict=replace", "?merge=1", `?title=${"x".repeat(201)}`])
        assert.strictEqual((yield* alice.import(line, query)).status, 400)
    })
  )

  it.effect("is not the one that the API documents", () =>
    Effect.gen(function* () {
      const alice = yield* newCaller
      const planned = yield* Effect.flatMap(
        alice.import(JSON.stringify(exampleFile), "?dryRun=true"),
        asReport
      )
      assert.strictEqual(planned.invalid, 0)
    })
  )
})
