import { assert, it } from "@effect/vitest"
import { startProcess } from "@workspace/locks/test-utils"
import { count, max } from "drizzle-orm"
import { Array, Effect, Layer, Redacted, Schema } from "effect"
import { inject } from "vitest"
import { Database } from "../client.ts"
import { layerMigrated } from "../migrate.ts"
import { workspaceSessions } from "../schema.ts"
import { layerServer } from "../server.ts"
import { freshDatabase } from "../test-utils/databases.ts"
import { patientLimits } from "../test-utils/layers.ts"
import { program } from "./processes/program.ts"

const Admitted = Schema.parseJson(Schema.Array(Schema.Number))

it.scopedLive(
  "two processes with 60 callers at once admit exactly 4 workspaces to each of 5 roots",
  () =>
    Effect.gen(function* () {
      const url = yield* freshDatabase(inject("postgresUrl"))
      const server = layerServer({ url: Redacted.make(url), limits: patientLimits })
      const context = yield* Layer.build(Layer.provideMerge(layerMigrated, server))
      const processes = yield* Effect.replicateEffect(startProcess(program, ["workspaces", url]), 2)
      for (const { nextLine } of processes) assert.strictEqual(yield* nextLine, "ready")
      yield* Effect.forEach(processes, ({ tell }) => tell("go"), { concurrency: "unbounded" })
      const admitted = yield* Effect.forEach(processes, ({ nextLine }) =>
        Effect.flatMap(nextLine, Schema.decodeUnknown(Admitted))
      )
      const sums = Array.makeBy(5, (root) => admitted.reduce((sum, own) => sum + (own[root] ?? 0), 0))
      assert.deepStrictEqual(sums, Array.replicate(4, 5))
      const stored = yield* Effect.flatMap(Database, ({ client, query }) =>
        query(() =>
          client
            .select({ held: count(), highest: max(workspaceSessions.slot) })
            .from(workspaceSessions)
            .groupBy(workspaceSessions.root)
        )
      ).pipe(Effect.provide(context))
      assert.deepStrictEqual(stored, Array.replicate({ held: 4, highest: 4 }, 5))
    }),
  120_000
)
