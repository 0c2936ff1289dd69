import { assert, it } from "@effect/vitest"
import { AgentScripted } from "@workspace/domain/test-utils"
import { Effect } from "effect"
import { posting } from "../../test-utils/exchange.ts"
import * as ServerInMemory from "../../test-utils/server-in-memory.ts"
import { BothServers, bothAnswer } from "./both-servers.ts"

const sessions = ServerInMemory.layerSessions(AgentScripted.says("Thank you."))

const products = ["who", "who?me", "%FFx", "\u{fffd}x", "1"]

/** What a query finds of these, or that it is refused. */
const queries: ReadonlyArray<readonly [query: string, found: ReadonlyArray<string> | "refused"]> = [
  ["productName=who", ["who"]],
  ["productName=who?me", ["who?me"]],
  ["productName=who%3Fme", ["who?me"]],
  // No UTF-8, and so as it is written.
  ["productName=%FFx", ["%FFx"]],
  ["productName=1?", []],
  ["?productName=who", products.toReversed()],
  ["?limit=0", products.toReversed()],
  ["limit=1", products.slice(-1)],
  ["limit=1?", "refused"],
  ["limit=1?x", "refused"],
  ["limit=0?&limit=1", "refused"]
]

it.layer(BothServers.layer(sessions))("a query", (it) => {
  it.effect("finds the same in both ways of serving, with whatever signs in it", () =>
    Effect.gen(function* () {
      for (const productName of products) {
        yield* bothAnswer(posting("/api/sessions", { userId: "alice", metadata: { productName } }))
      }
      const answers = yield* Effect.forEach(queries, ([query]) =>
        Effect.map(bothAnswer({ path: `/api/sessions?${query}` }), ({ status, text }) => {
          const found = [...text.matchAll(/"productName":"([^"]*)"/g)].map(([, name]) => name)
          return [query, status === 400 ? "refused" : found]
        })
      )
      assert.deepStrictEqual<unknown>(answers, queries)
    })
  )
})
