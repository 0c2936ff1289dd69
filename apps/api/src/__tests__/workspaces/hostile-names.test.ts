import { readdir } from "node:fs/promises"
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { ask } from "../../test-utils/exchange.ts"
import { commit, initialize, makeFolder } from "../../test-utils/git-repository.ts"
import { workspaceCaller } from "../../test-utils/workspace-caller.ts"
import { onEveryStore, rootAt } from "../../test-utils/workspace-stores.ts"
import { hostileNames } from "../hostile-input/workspaces.ts"

const api = workspaceCaller(ask)

onEveryStore("a root", (it, serverOf) => {
  it.scoped("takes no name and no branch that leads elsewhere", () =>
    Effect.gen(function* () {
      const { parent, root } = yield* makeFolder
      yield* initialize(root)
      yield* commit(root, "readme")
      const everything = Effect.promise(() => readdir(parent, { recursive: true })).pipe(
        Effect.map((paths) => paths.filter((path) => !/^root\/\.git\/(?:big-ocean|info)/.test(path)).sort())
      )
      yield* Effect.gen(function* () {
        const before = yield* everything
        for (const name of hostileNames) {
          for (const fields of [{ name }, { name: "good", branch: name }]) {
            if (fields.branch === "a-") continue
            const { body, status, text } = yield* api.post(fields)
            assert.strictEqual(status, 400, text)
            assert.propertyVal(body, "code", "VALIDATION_ERROR")
          }
        }
        for (const path of ["..%2F..", "%2e%2e", "..", ".git", "-rf", "%00", "x".repeat(5_000), "restore"]) {
          for (const method of ["GET", "DELETE"]) {
            const { status } = yield* ask({ method, path: `/api/workspaces/${path}?force=true` })
            assert.include(path === "restore" ? [404] : [404, 405], status, path)
          }
        }
        assert.deepStrictEqual(yield* everything, before)
      }).pipe(Effect.provide(serverOf(rootAt(root))))
    })
  )
})
