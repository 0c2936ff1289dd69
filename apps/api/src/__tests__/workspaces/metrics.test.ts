import { mkdir, rename, rm } from "node:fs/promises"
import { join } from "node:path"
import { assert, it } from "@effect/vitest"
import { AgentScripted } from "@workspace/domain/test-utils"
import { Effect, Schedule } from "effect"
import { ask } from "../../test-utils/exchange.ts"
import { makeRepository } from "../../test-utils/git-repository.ts"
import * as ServerInMemory from "../../test-utils/server-in-memory.ts"
import { snapshotName, snapshotOf, workspaceCaller } from "../../test-utils/workspace-caller.ts"
import { layerInMemory, rootAt } from "../../test-utils/workspace-stores.ts"

const api = workspaceCaller(ask)

const metrics = Effect.map(ask({ path: "/metrics" }), ({ text }) => text)

it.scopedLive(
  "what is done is timed, and a snapshot file that cannot be written is counted, and comes when it can",
  () =>
    Effect.gen(function* () {
      const root = yield* makeRepository
      const file = join(root, snapshotName)
      yield* Effect.gen(function* () {
        const made = yield* api.create({ name: "one" })
        yield* api.post({ name: "one" })
        yield* api.update(made.id, { status: "waiting" })
        const before = yield* metrics
        for (const line of [
          'workspace_operation_duration_seconds_count{operation="restore",outcome="done"} 1',
          'workspace_operation_duration_seconds_count{operation="create",outcome="done"} 1',
          'workspace_operation_duration_seconds_count{operation="create",outcome="refused"} 1',
          'workspaces{status="waiting"} 1',
          'workspaces{status="active"} 0',
          "workspace_snapshot_failures_total 0"
        ])
          assert.include(before, `\n${line}\n`)

        // A folder that is not empty is replaced by no file.
        yield* Effect.promise(() => rm(file))
        yield* Effect.promise(() => mkdir(join(file, "in the way"), { recursive: true }))
        const other = yield* api.create({ name: "other" })
        assert.match(yield* metrics, /\nworkspace_snapshot_failures_total [1-9]/)
        yield* Effect.promise(() => rename(file, `${root}-away`))
        const { sessions } = yield* api.list
        assert.strictEqual(sessions.at(-1)?.id, other.id)
        const written = yield* Effect.sandbox(snapshotOf(root)).pipe(
          Effect.retry(Schedule.spaced("50 millis")),
          Effect.timeout("1 minute")
        )
        assert.deepStrictEqual(written, sessions)
      }).pipe(
        Effect.provide(
          ServerInMemory.layerServer(ServerInMemory.layerSessions(AgentScripted.says("Thank you.")), {
            workspaces: layerInMemory(rootAt(root))
          })
        )
      )
    })
)
