import { assert, describe, it, layer as itWithLayer } from "@effect/vitest"
import type { Database } from "@workspace/database"
import { layerEmbeddedInMemory, layerPostgres } from "@workspace/database/test-utils"
import { Config, Effect, FastCheck, Layer, Record } from "effect"
import * as IdentityOfTest from "../../test-utils/identity-of-test.ts"
import * as ScriptedSessions from "../../test-utils/scripted-sessions.ts"
import * as ServerInMemory from "../../test-utils/server-in-memory.ts"
import { bugs, layerWith } from "./planted-bugs.ts"
import { checkModel } from "./property.ts"

/** Another seed runs other commands; the number of runs multiplies the usual one. */
const given = Config.all({
  seed: Config.integer("MODEL_SEED").pipe(Config.withDefault(20_260_101)),
  times: Config.integer("MODEL_TIMES").pipe(Config.withDefault(1))
})

/** Of up to 100 requests each. */
const runsOnServer = 30

const serve = (sessions: typeof ScriptedSessions.layer) =>
  ServerInMemory.layerServer(sessions, { identity: IdentityOfTest.layer })

const describeModel = <E>(name: string, database: Layer.Layer<Database, E>, numRuns: number) =>
  itWithLayer(serve(ScriptedSessions.layer).pipe(Layer.provide(database)), {
    excludeTestServices: true,
    timeout: "60 seconds"
  })(name, (it) => {
    it.scoped(
      "does what a model of it says, whatever two users and nobody ask",
      () =>
        Effect.gen(function* () {
          const { seed, times } = yield* given
          const { result, statuses } = yield* checkModel({ seed, numRuns: numRuns * times })
          assert.isFalse(result.failed, FastCheck.defaultReportMessage(result))
          assert.strictEqual(result.numRuns, numRuns * times)
          assert.sameMembers([...statuses], [200, 201, 204, 304, 400, 401, 403, 404, 409, 412, 422])
        }),
      // For as many times as somebody asks for; a request that hangs fails after 20 seconds.
      3_600_000
    )
  })

describeModel("the API on a server", layerPostgres, runsOnServer)
describeModel("the API on the embedded database", layerEmbeddedInMemory, 10)

const layerPlanted = (bug: keyof typeof bugs) =>
  serve(ScriptedSessions.layerOn(layerWith(bug))).pipe(Layer.provide(layerPostgres))

describe("the model finds", () => {
  it.scopedLive.each(Record.keys(bugs))("%s, in a few requests", (bug) =>
    Effect.gen(function* () {
      const { result } = yield* checkModel({ seed: 4, numRuns: runsOnServer })
      assert.isTrue(result.failed)
      assert.match(`${result.error}`, /^AssertionError/)
      // Each command is a line.
      const commands = String(result.counterexample).split("\n").slice(1)
      assert.isAtMost(commands.length, 5, commands.join())
    }).pipe(Effect.provide(layerPlanted(bug)))
  )
})
