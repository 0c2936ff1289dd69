import { gzipSync } from "node:zlib"
import { assert, describe, it } from "@effect/vitest"
import { Chunk, Effect, Either, Exit, Option, Stream } from "effect"
import { records } from "../records.ts"
import { type Bytes, pieces } from "./pieces.ts"
import { empty, fork, nerin, odd, talk } from "./talks.ts"
import { jsonOf, lineOf } from "./texts.ts"

/** What the records are: the session's id, or what is wrong. */
const read = (bytes: Bytes, limits?: Parameters<typeof records>[1], size = 1_000) =>
  Effect.map(Stream.runCollect(records(pieces(bytes, size), limits)), (found) => {
    const all = Chunk.toReadonlyArray(found)
    assert.deepStrictEqual(
      all.map(({ record }) => record),
      all.map((_, index) => index + 1)
    )
    return all.map(({ result }) =>
      Either.match(result, {
        onLeft: ({ problems }) => problems.map(({ message, path }) => `${path}: ${message}`).join("; "),
        onRight: ({ session }) => session.id
      })
    )
  })

const lines = Effect.all([lineOf(nerin), lineOf(empty), lineOf(fork)])
const ids: ReadonlyArray<string> = [nerin, empty, fork].map(({ session }) => session.id)
const notJson = ": must be JSON: it is of another kind, or was cut off"

describe("records", () => {
  it.effect("finds one indented session, or one a line, plain or as gzip, in pieces of any size", () =>
    Effect.gen(function* () {
      const many = (yield* lines).join("")
      for (const size of [1, 2, 7, 65_536, 1_000_000]) {
        const one = size < 10 ? nerin : odd
        const json = yield* jsonOf(one)
        assert.deepStrictEqual(yield* read(json, {}, size), [one.session.id])
        assert.deepStrictEqual(yield* read(gzipSync(json), {}, size), [one.session.id])
        assert.deepStrictEqual(yield* read(many, {}, size), ids)
        assert.deepStrictEqual(yield* read(gzipSync(many), {}, size), ids)
      }
      assert.deepStrictEqual(yield* read(Buffer.concat((yield* lines).map((_) => gzipSync(_)))), ids)
    })
  )

  it.effect(
    "passes over blank lines, and takes line ends of either kind, none at the end, and a byte order mark",
    () =>
      Effect.gen(function* () {
        const [a, b, c] = yield* lines
        assert.deepStrictEqual(yield* read(`\n \t\r\n${a}\n\n${b}\r\n${c.trimEnd()}`), ids)
        assert.deepStrictEqual(yield* read(`\uFEFF${a}${b}${c}`, {}, 1), ids)
        assert.deepStrictEqual(yield* read(`\uFEFF${(yield* jsonOf(odd)).replaceAll("\n", "\r\n")}`), [
          odd.session.id
        ])
        assert.deepStrictEqual(yield* read(`${a}\uFEFF${b}${c}`), [ids[0], notJson, ids[2]])
        assert.deepStrictEqual(yield* read(`${JSON.stringify(JSON.parse(a), null, "\t")}`), [ids[0]])
        for (const nothing of ["", "\n\n", "\uFEFF", gzipSync("")])
          assert.deepStrictEqual(yield* read(nothing), [])
      })
  )

  it.effect("passes over millions of blank lines in no time", () =>
    Effect.gen(function* () {
      const blank = Buffer.alloc(40_000_000, "\n \r\n")
      const [a] = yield* lines
      const all = Buffer.concat([blank, Buffer.from(a), blank])
      assert.deepStrictEqual(yield* read(all, {}, 65_536), [ids[0]])
    })
  )

  it.effect("reads on after a bad record", () =>
    Effect.gen(function* () {
      const [a, b, c] = yield* lines
      const invalid = Buffer.concat([Buffer.from(a), Buffer.from([0x22, 0xff, 0xfe, 10]), Buffer.from(b)])
      assert.deepStrictEqual(yield* read(invalid, {}, 3), [ids[0], ": must be UTF-8", ids[1]])
      assert.deepStrictEqual(yield* read(`${a}[]\n${b}`), [ids[0], ": must be a JSON object", ids[1]])
      assert.deepStrictEqual(yield* read(`${a}${b.slice(0, 40)}\n${c}`), [ids[0], notJson, ids[2]])
      const recordBytes = Buffer.byteLength(a)
      const tooLong = `${a}"${"x".repeat(recordBytes)}"\n${b}`
      const limit = `: must be at most ${recordBytes} bytes`
      assert.deepStrictEqual(yield* read(tooLong, { recordBytes }, 100), [ids[0], limit, ids[1]])
    })
  )

  it.effect("reads a session of 50 MB", () =>
    Effect.gen(function* () {
      const content = "é".repeat(32_768)
      const large = talk(
        "large",
        Array.from({ length: 800 }, () => ["user", content])
      )
      const json = yield* jsonOf(large)
      assert.isAbove(Buffer.byteLength(json), 50_000_000)
      assert.deepStrictEqual(yield* read(json, {}, 65_536), [large.session.id])
    })
  )

  it.effect("tells the id of a record that is refused, where it has one", () =>
    Effect.gen(function* () {
      const [a] = yield* lines
      const altered = a.replace("Most of the time", "Never")
      const [record] = yield* Stream.runCollect(records(Stream.make(Buffer.from(altered))))
      assert.deepStrictEqual(record?.id, Option.some(nerin.session.id))
      assert.isTrue(record !== undefined && Either.isLeft(record.result))
    })
  )

  it.effect("ends with a bad record where a file is cut off, damaged or too large", () =>
    Effect.gen(function* () {
      const [a, b] = yield* lines
      const bad = ": must be gzip as a whole: it is damaged, or was cut off"
      const gzip = gzipSync(a + b)
      assert.strictEqual((yield* read(gzip.subarray(0, -9))).at(-1), bad)
      assert.deepStrictEqual(yield* read(gzip.subarray(0, 12)), [bad])
      const damaged = Buffer.from(gzip)
      damaged.fill(0, 100, 140)
      assert.strictEqual((yield* read(damaged)).at(-1), bad)
      const total = { totalBytes: Buffer.byteLength(a) + 20 }
      const tooLarge = `: must be at most ${total.totalBytes} bytes in all, decompressed`
      assert.deepStrictEqual(yield* read(a + b, total, 10), [ids[0], tooLarge])
      const bomb = gzipSync(Buffer.alloc(50_000_000, 0x20))
      assert.deepStrictEqual(yield* read(bomb, { totalBytes: 1_000_000 }), [
        ": must be at most 1000000 bytes in all, decompressed"
      ])
      const json = yield* jsonOf(odd)
      assert.deepStrictEqual(yield* read(json, { recordBytes: 1_000 }), [": must be at most 1000 bytes"])
      assert.deepStrictEqual(yield* read(json.slice(0, -3)), [notJson])
      assert.deepStrictEqual(yield* read(json + json), [notJson])
    })
  )

  it.effect("gives up a file that has no session in a hundred lines", () =>
    Effect.gen(function* () {
      const [a] = yield* lines
      const garbage = Buffer.alloc(50_000_000, "\u0000\u0001garbage\n\u00ff")
      const found = yield* read(garbage, {}, 65_536)
      assert.strictEqual(found.length, 101)
      assert.strictEqual(found.at(-1), ": must hold a session: the first 100 records are none")
      const late = yield* read(`${"no\n".repeat(99)}${a}${"no\n".repeat(99)}`)
      assert.deepStrictEqual([late.length, late[99]], [199, nerin.session.id])
    })
  )

  it.effect("reads only as far as it is asked, and passes on how its source fails", () =>
    Effect.gen(function* () {
      const [a] = yield* lines
      let taken = 0
      const endless = Stream.repeatValue(Buffer.from(a)).pipe(
        Stream.rechunk(1),
        Stream.tap(() => Effect.sync(() => (taken += 1)))
      )
      yield* Stream.runDrain(Stream.take(records(endless), 3))
      assert.isBelow(taken, 10)
      const gzip = gzipSync(a.repeat(1_000))
      for (const bytes of [Buffer.from(a), gzip.subarray(0, 1), gzip.subarray(0, 200)]) {
        const cut = Stream.concat(Stream.make(bytes), Stream.fail("gone" as const))
        assert.deepStrictEqual(yield* Effect.exit(Stream.runDrain(records(cut))), Exit.fail("gone" as const))
      }
    })
  )
})
