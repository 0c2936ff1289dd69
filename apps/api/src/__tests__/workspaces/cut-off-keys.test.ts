import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { ask, posting } from "../../test-utils/exchange.ts"
import { git, makeRepository } from "../../test-utils/git-repository.ts"
import * as ServerInMemory from "../../test-utils/server-in-memory.ts"
import { asCreated, workspaceCaller } from "../../test-utils/workspace-caller.ts"
import { layerInMemory, rootAt } from "../../test-utils/workspace-stores.ts"
import { isReplay } from "../idempotency/asking.ts"
import { by, layerIdentity, newKey, under } from "../idempotency/callers.ts"
import { layerCutOff } from "../idempotency/cut-off.ts"

const alice = workspaceCaller((exchange) => ask(by("alice", exchange)))

it.scopedLive("a creation whose answer was not kept is found by its repetitions", () =>
  Effect.gen(function* () {
    const root = yield* makeRepository
    yield* Effect.gen(function* () {
      for (const fields of [{ name: "mine" }, {}]) {
        const exchange = by("alice", under(newKey(), posting("/api/workspaces", fields)))
        const first = yield* asCreated(yield* ask(exchange))
        yield* alice.update(first.id, { status: "waiting" })
        for (const _ of [2, 3]) {
          const again = yield* ask(exchange)
          assert.isFalse(isReplay(again))
          assert.deepStrictEqual(yield* asCreated(again), { ...first, status: "waiting" })
        }
      }
      assert.strictEqual((yield* alice.list).count, 2)
      assert.lengthOf((yield* git(root, "worktree", "list")).split("\n"), 3)
    }).pipe(
      Effect.provide(
        ServerInMemory.layerServer(layerCutOff, {
          identity: layerIdentity,
          workspaces: layerInMemory(rootAt(root))
        })
      )
    )
  })
)
