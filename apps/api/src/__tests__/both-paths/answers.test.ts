import { assert, describe, it } from "@effect/vitest"
import { AgentScripted } from "@workspace/domain/test-utils"
import { Effect, FastCheck } from "effect"
import * as ServerInMemory from "../../test-utils/server-in-memory.ts"
import { bodies, types } from "../hostile-input/bodies.ts"
import { ids } from "../hostile-input/ids.ts"
import { texts } from "../hostile-input/texts.ts"
import { lengths } from "./body-variants.ts"
import { BothServers, differenceAt, newSession } from "./both-servers.ts"
import { hotOperations, plainlyWritten } from "./plain-requests.ts"
import { variants } from "./variants.ts"
import { bytesOf, written } from "./wire.ts"

const sessions = ServerInMemory.layerSessions(AgentScripted.says("Thank you. ", "Tell me more."))

/** Of each test alone: servers that differ once are no longer alike. */
const layer = BothServers.layer(sessions)

describe("both ways of serving answer the same", () => {
  it.scoped.each([...hotOperations])("to every request to %s", (operation) =>
    Effect.gen(function* () {
      const sessionId = yield* newSession
      const plain = plainlyWritten(operation, sessionId)
      const differences = yield* Effect.forEach([...lengths, ...variants], ([name, of]) =>
        differenceAt(name, bytesOf(of(plain)))
      )
      assert.deepStrictEqual(differences.flat(), [])
    }).pipe(Effect.provide(layer))
  )

  it.scoped("to what must not hurt", () =>
    Effect.gen(function* () {
      const differences = yield* Effect.forEach([...texts, ...ids, ...bodies, ...types], ({ name, send }) =>
        Effect.flatMap(newSession, (sessionId) => differenceAt(name, bytesOf(written(send(sessionId)))))
      )
      assert.deepStrictEqual(differences.flat(), [])
    }).pipe(Effect.provide(layer))
  )
})

it.layer(layer)("both ways of serving answer the same", (it) => {
  it.effect.prop(
    "to whatever is otherwise in them at once",
    [
      FastCheck.constantFrom(...hotOperations),
      FastCheck.shuffledSubarray([...variants], { minLength: 2, maxLength: 4 }),
      FastCheck.option(FastCheck.json())
    ],
    ([operation, made, json]) =>
      Effect.gen(function* () {
        const plain = plainlyWritten(operation, yield* newSession)
        const request = made.reduce(
          (request, [, of]) => of(request),
          json === null ? plain : { ...plain, body: Buffer.from(json) }
        )
        const name = `${operation} ${made.map(([name]) => name).join(", ")}`
        assert.deepStrictEqual(yield* differenceAt(name, bytesOf(request)), [])
      }),
    // After the first difference the servers are no longer alike.
    { fastCheck: { numRuns: 200, endOnFailure: true } }
  )
})
