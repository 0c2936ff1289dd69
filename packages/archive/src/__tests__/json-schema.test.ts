import { assert, describe, expect, it } from "@effect/vitest"
import { Ajv } from "ajv"
import addFormats from "ajv-formats"
import { Effect } from "effect"
import { sessionFileSchema } from "../json-schema.ts"
import { anyArchivedSession } from "./archived-sessions.ts"
import { empty, fork, modelled, nerin, odd } from "./talks.ts"
import { jsonOf } from "./texts.ts"

const file = new URL("../../../../docs/archive/session-v1.schema.json", import.meta.url)

const ajv = addFormats.default(new Ajv({ allErrors: true, strictTypes: false }))
const validate = ajv.compile(sessionFileSchema)
const assertValid = (text: string) => {
  validate(JSON.parse(text))
  assert.deepStrictEqual(validate.errors ?? [], [])
}

describe("the JSON Schema of a file", () => {
  // Where it is not: npx vitest run json-schema --update
  it("is the published one", () =>
    expect(`${JSON.stringify(sessionFileSchema, null, 2)}\n`).toMatchFileSnapshot(file.pathname))

  it.effect.prop("holds for every file", [anyArchivedSession], ([archived]) =>
    Effect.map(jsonOf(archived), assertValid)
  )

  it.effect("holds for files with odd contents, and for none that lacks something", () =>
    Effect.gen(function* () {
      const texts = yield* Effect.forEach([empty, fork, modelled, nerin, odd], jsonOf)
      for (const text of texts) {
        assertValid(text)
        const file: object = JSON.parse(text)
        for (const key of Object.keys(file)) assert.isFalse(validate({ ...file, [key]: undefined }), key)
      }
    })
  )
})
