import { readFileSync } from "node:fs"
import { gunzipSync } from "node:zlib"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either, Stream } from "effect"
import { decode } from "../decode.ts"
import { records } from "../records.ts"
import { empty, fork, modelled, nerin, odd } from "./talks.ts"
import { jsonOf, lineOf } from "./texts.ts"

// Files of people. They are never written again: a version of the format is read for ever, and written the same.
const bytesOf = (name: string) => readFileSync(new URL(`golden/v1/${name}`, import.meta.url))

describe("files of version 1", () => {
  for (const [name, archived] of Object.entries({ empty, fork, modelled, nerin, odd })) {
    it.effect(`${name}.json holds the session, and is written the same again`, () =>
      Effect.gen(function* () {
        const text = bytesOf(`${name}.json`).toString()
        const decoded = yield* decode(text)
        assert.deepStrictEqual(decoded, archived)
        assert.strictEqual(yield* jsonOf(decoded), text)
      })
    )
  }

  for (const name of ["several.ndjson", "several.ndjson.gz"]) {
    it.effect(`${name} holds the sessions, and they are written the same again`, () =>
      Effect.gen(function* () {
        const bytes = bytesOf(name)
        const read = yield* Stream.runCollect(records(Stream.make(bytes)))
        const sessions = yield* Effect.forEach(read, ({ result }) => result)
        assert.deepStrictEqual(sessions, [nerin, empty, fork, odd, modelled])
        const lines = yield* Effect.forEach(sessions, lineOf)
        const plain = name.endsWith(".gz") ? gunzipSync(bytes) : bytes
        assert.strictEqual(lines.join(""), plain.toString())
      })
    )
  }

  const refusals = {
    "refused-version-2.json": {
      path: "version",
      message: "must be 1: other versions of the format are not known here"
    },
    "refused-altered-content.json": {
      path: "digest",
      message: "must be that of the content: the file was altered"
    },
    "refused-altered-digest.json": {
      path: "digest",
      message: "must be that of the content: the file was altered"
    }
  }
  for (const [name, problem] of Object.entries(refusals)) {
    it.effect(`${name} is refused`, () =>
      Effect.gen(function* () {
        const { problems } = yield* Effect.flip(decode(bytesOf(name).toString()))
        assert.deepStrictEqual(problems, [problem])
        const [record] = yield* Stream.runCollect(records(Stream.make(bytesOf(name))))
        assert.isTrue(record !== undefined && Either.isLeft(record.result))
      })
    )
  }
})
