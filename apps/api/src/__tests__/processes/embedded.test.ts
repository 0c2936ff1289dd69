import { assert, layer } from "@effect/vitest"
import { Context, Effect, Layer } from "effect"
import * as BigOcean from "./big-ocean.ts"
import { surviveKills } from "./kills.ts"

/** Making the database in it takes longer than all the rest. */
class Folder extends Context.Tag("Folder")<Folder, string>() {}

layer(Layer.scoped(Folder, BigOcean.temporaryDirectory), { excludeTestServices: true })("embedded", (it) => {
  it.scoped("a folder has one process", () =>
    Effect.gen(function* () {
      const env = { DATA_DIR: yield* Folder }
      const { kill, pid } = yield* BigOcean.serve({ env })
      const refused = yield* Effect.forEach(
        [["serve"], ["migrate"]],
        (command) => BigOcean.run(command, { env: { ...env, PORT: "20000" } }),
        { concurrency: 2 }
      )
      for (const { code, output } of refused) {
        assert.strictEqual(code, 1)
        assert.include(output, `${env.DATA_DIR} is in use by process ${pid}.`)
        assert.include(output, "set DATABASE_URL")
      }
      yield* kill
    })
  )

  // Each start but the first takes the folder over from a process that was killed.
  it.scoped("nothing acknowledged is lost when the process is killed", () =>
    Effect.flatMap(Folder, (directory) => surviveKills({ DATA_DIR: directory }))
  )
})
