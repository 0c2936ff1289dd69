import { assert, it } from "@effect/vitest"
import { Identity } from "@workspace/contracts"
import { Session, SessionCatalog, SessionManager, UnavailableError } from "@workspace/domain"
import { AgentScripted } from "@workspace/domain/test-utils"
import { Effect, Layer, Schema } from "effect"
import { exchange } from "../../test-utils/exchange.ts"
import * as ServerInMemory from "../../test-utils/server-in-memory.ts"
import { layerCutOff } from "../idempotency/cut-off.ts"
import { BothServers, bothAnswer, differenceAt, newSession } from "./both-servers.ts"
import { hotOperations, plainlyWritten, plainRequest } from "./plain-requests.ts"
import { variants } from "./variants.ts"
import { bytesOf, withHeaders } from "./wire.ts"

const sessions = ServerInMemory.layerSessions(AgentScripted.says("Thank you."))

/** Every use case of theirs fails in this way. */
const failing = (how: Effect.Effect<never>) =>
  Layer.mergeAll(
    Layer.effect(
      SessionManager,
      Effect.map(SessionManager, (manager): SessionManager["Type"] => ({
        ...manager,
        append: () => how,
        loadText: () => how,
        send: () => how,
        start: () => how
      }))
    ),
    Layer.effect(
      SessionCatalog,
      Effect.map(SessionCatalog, (catalog): SessionCatalog["Type"] => ({
        ...catalog,
        create: () => how,
        listText: () => how,
        messagesText: () => how,
        version: () => how
      }))
    )
  ).pipe(Layer.provideMerge(sessions))

const key = ["idempotency-key", "k"] as const

const differences = (sessionId: string) =>
  Effect.map(
    Effect.forEach(hotOperations, (operation) => {
      const plain = plainlyWritten(operation, sessionId)
      return Effect.all([
        differenceAt(operation, bytesOf(plain)),
        differenceAt(`${operation} under a key`, bytesOf(withHeaders(plain, key))),
        differenceAt(`${operation} with a tag`, bytesOf(withHeaders(plain, ["if-none-match", '"v1-0"'])))
      ])
    }),
    (found) => found.flat(2)
  )

const ways = {
  "a defect": Effect.die(new Error("a defect")),
  "a store that is away": Effect.die(new UnavailableError({})),
  "a row that fits no schema": Effect.orDie(Effect.asVoid(Schema.decodeUnknown(Session)({}))).pipe(
    Effect.zipRight(Effect.never)
  )
}

for (const [name, how] of Object.entries(ways)) {
  it.layer(BothServers.layer(failing(how)))(name, (it) => {
    it.effect("is answered and logged in the same way by both", () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* differences("session_0_missing"), [])
      })
    )
  })
}

it.layer(BothServers.layer(failing(Effect.interrupt)))("an interruption that is not the client's", (it) => {
  it.effect("is answered in the same way by both", () =>
    Effect.gen(function* () {
      const request = bytesOf(plainlyWritten("listSessions", ""))
      assert.deepStrictEqual(yield* differenceAt("listSessions", request), [])
    })
  )
})

it.layer(BothServers.layer(layerCutOff))("a key that cannot be settled", (it) => {
  it.effect("is logged in the same way by both", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* differences(yield* newSession), [])
    })
  )
})

const layerAway = Layer.succeed(Identity, { bearer: () => Effect.die(new UnavailableError({})) })

it.layer(BothServers.layer(sessions, { identity: layerAway }))("an identity that is away", (it) => {
  it.effect("is answered and logged in the same way by both", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* differences("session_0_missing"), [])
    })
  )
})

it.layer(BothServers.layer(sessions))("what is logged for debugging", (it) => {
  it.effect("says the same of both", () =>
    Effect.gen(function* () {
      const { hot, platform } = yield* BothServers
      const sessionId = yield* newSession
      yield* Effect.forEach(hotOperations, (operation) => bothAnswer(plainRequest(operation, sessionId)))
      const lines = platform.logged()
      assert.isAbove(lines.length, hotOperations.length)
      assert.deepStrictEqual(hot.logged(), lines)
    })
  )
})

const counted = Effect.fnUntraced(function* (origin: string) {
  const { text } = yield* exchange(origin, { path: "/metrics" })
  return text.split("\n").filter((line) => line.startsWith("http_request_duration_seconds_count"))
})

it.layer(BothServers.layer(sessions))("what is counted", (it) => {
  it.effect("is the same of both", () =>
    Effect.gen(function* () {
      const { hot, platform } = yield* BothServers
      const sessionId = yield* newSession
      yield* differences(sessionId)
      yield* differences("session_0_missing")
      yield* Effect.forEach(variants, ([name, of]) =>
        differenceAt(name, bytesOf(of(plainlyWritten("getSession", sessionId))))
      )
      const [ahead, platforms] = [yield* counted(hot.origin), yield* counted(platform.origin)]
      assert.isAbove(platforms.length, hotOperations.length)
      assert.sameMembers(ahead, platforms)
    })
  )
})
