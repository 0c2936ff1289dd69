import { readdir, readFile } from "node:fs/promises"
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { asReport, newCaller } from "../../test-utils/session-caller.ts"
import { onEveryStore } from "../../test-utils/stores.ts"

const folder = new URL("../../../../../packages/archive/src/__tests__/golden/", import.meta.url)
const golden = (await readdir(folder, { recursive: true })).filter((name) =>
  /\.(?:json|ndjson|gz)$/.test(name)
)

onEveryStore("a file of an earlier day", (it) => {
  it.effect.each(golden)("is taken or refused for ever: %s", (name) =>
    Effect.gen(function* () {
      const alice = yield* newCaller
      const file = yield* Effect.promise(() => readFile(new URL(name, folder)))
      const reply = yield* alice.import(file, "?onConflict=copy")
      if (name.includes("refused-")) {
        assert.strictEqual(reply.status, 400, reply.text)
        return
      }
      const { conflicts, copied, imported, invalid, unchanged } = yield* asReport(reply)
      assert.isAbove(imported + copied, 0)
      assert.deepStrictEqual([conflicts, invalid, unchanged], [0, 0, 0])
    })
  )
})
