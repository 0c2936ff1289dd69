import { assert, it } from "@effect/vitest"
import { Effect, Equal, Utils } from "effect"
import { decode } from "../decode.ts"
import { anyArchivedSession } from "./archived-sessions.ts"
import { jsonOf, lineOf } from "./texts.ts"

it.effect.prop(
  "a session comes back from its file, and gives the same file again",
  [anyArchivedSession],
  ([archived]) =>
    Effect.gen(function* () {
      const text = yield* jsonOf(archived)
      const decoded = yield* decode(text)
      assert.isTrue(Utils.structuralRegion(() => Equal.equals(decoded, archived)))
      assert.strictEqual(yield* jsonOf(decoded), text)
    })
)

it.effect.prop("a session's line and its indented file hold the same", [anyArchivedSession], ([archived]) =>
  Effect.gen(function* () {
    const [json, line] = yield* Effect.all([jsonOf(archived), lineOf(archived)])
    assert.strictEqual(json, `${JSON.stringify(JSON.parse(line), null, 2)}\n`)
    assert.strictEqual(line, `${JSON.stringify(JSON.parse(json))}\n`)
    assert.strictEqual(yield* lineOf(yield* decode(line)), line)
  })
)
