import { assert, it } from "@effect/vitest"
import { AgentScripted } from "@workspace/domain/test-utils"
import { Config, Effect } from "effect"
import { exchange } from "../../test-utils/exchange.ts"
import { requests } from "../../test-utils/requests.ts"
import * as ServerInMemory from "../../test-utils/server-in-memory.ts"
import * as BigOcean from "../processes/big-ocean.ts"
import { BothServers, newSession } from "./both-servers.ts"
import { hotOperations, plainRequest } from "./plain-requests.ts"

const sessions = ServerInMemory.layerSessions(AgentScripted.says("Thank you."))

it.layer(BothServers.layer(sessions))("a plain request", (it) => {
  it.effect("is taken ahead of the platform where it is for one of these operations, and nowhere else", () =>
    Effect.gen(function* () {
      const { hot, platform } = yield* BothServers
      const sessionId = yield* newSession
      /** The operations whose requests the platform was not handed. */
      const takenBy = ({ atPlatform, origin }: typeof hot) =>
        Effect.filter(Object.keys(requests), (operation) =>
          Effect.gen(function* () {
            const before = atPlatform()
            yield* exchange(origin, plainRequest(operation, sessionId))
            return atPlatform() === before
          })
        )
      assert.sameMembers(yield* takenBy(hot), [...hotOperations])
      assert.deepStrictEqual(yield* takenBy(platform), [])
    })
  )
})

it.scopedLive("a process that a test starts serves as the test is told to", () =>
  Effect.gen(function* () {
    const program = ["-p", "process.env.HOT_ROUTES"]
    const { output } = yield* BigOcean.run([], { env: {}, program })
    assert.strictEqual(output.trim(), yield* Config.string("HOT_ROUTES"))
  })
)

it.effect("no server starts among the tests that run once, unless it is told how to serve", () =>
  Effect.gen(function* () {
    const start = Effect.provide(Effect.void, ServerInMemory.layer)
    assert.include(String(yield* Effect.flip(Effect.sandbox(start))), "HOT_ROUTES")
  })
)
