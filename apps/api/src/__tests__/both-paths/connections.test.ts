import { assert, it } from "@effect/vitest"
import { SessionCatalog, SessionManager } from "@workspace/domain"
import { AgentScripted } from "@workspace/domain/test-utils"
import { Array, Effect, FastCheck, Layer, TestServices } from "effect"
import { until } from "../../test-utils/event-stream.ts"
import { type Exchange, posting } from "../../test-utils/exchange.ts"
import * as ServerInMemory from "../../test-utils/server-in-memory.ts"
import { agreed, BothServers, bothAnswer, differenceAt, newSession } from "./both-servers.ts"
import { hotOperations, plainlyWritten } from "./plain-requests.ts"
import { bytesOf, leave, saying, type Written, without, written } from "./wire.ts"

const sessions = ServerInMemory.layerSessions(AgentScripted.says("Thank you."))

const eventually = (condition: () => boolean) => TestServices.provideLive(until(condition))

const kept = (request: Written) => without(request, "connection")

const statuses = (said: string) =>
  [...said.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => Number(status))

it.layer(BothServers.layer(sessions))("on one connection both ways of serving", (it) => {
  it.effect("answer requests in their order, also those that do not wait for an answer", () =>
    Effect.gen(function* () {
      const sessionId = yield* newSession
      const read = plainlyWritten("getSession", sessionId)
      const missing = plainlyWritten("getSession", "session_0_missing")
      const said = yield* agreed(
        ...[
          read,
          written({ path: "/health" }),
          missing,
          written(posting("/api/assessment/start", {})),
          written({ path: "/nowhere" }),
          written(posting("/api/assessment/start", "{")),
          saying(read, ["if-none-match", '"v1-0"']),
          plainlyWritten("listMessages", sessionId)
        ].map(kept),
        missing
      )
      assert.deepStrictEqual(statuses(said), [200, 200, 404, 201, 404, 400, 304, 200, 404])
    })
  )

  it.effect("keep it for HTTP/1.1, and for HTTP/1.0 where it is asked for", () =>
    Effect.gen(function* () {
      const sessionId = yield* newSession
      const read = plainlyWritten("getSession", sessionId)
      assert.deepStrictEqual(statuses(yield* agreed(kept(read), kept(read), read)), [200, 200, 200])
      const old = { ...read, version: "1.0" }
      assert.deepStrictEqual(statuses(yield* agreed(kept(old))), [200])
      const said = yield* agreed(saying(old, ["connection", "keep-alive"]), kept(old))
      assert.deepStrictEqual(statuses(said), [200, 200])
    })
  )

  it.effect("go on after bodies that nobody asked for", () =>
    Effect.gen(function* () {
      const read = plainlyWritten("listSessions", "")
      const withBody = saying({ ...kept(read), body: Buffer.from("{}") }, [
        "content-type",
        "application/json"
      ])
      assert.deepStrictEqual(
        statuses(yield* agreed(withBody, kept(read), withBody, read)),
        [200, 200, 200, 200]
      )
    })
  )

  it.effect.prop(
    "answer what comes in pieces",
    [
      FastCheck.constantFrom(...hotOperations),
      FastCheck.array(FastCheck.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 3 })
    ],
    ([operation, cuts]) =>
      Effect.gen(function* () {
        const bytes = bytesOf(plainlyWritten(operation, yield* newSession))
        const places = [
          0,
          ...cuts.map((cut) => Math.floor(cut * bytes.length)).sort((a, b) => a - b),
          bytes.length
        ]
        const pieces = Array.zipWith(places, places.slice(1), (from, to) => bytes.subarray(from, to))
        assert.deepStrictEqual(yield* differenceAt(operation, ...pieces), [])
      }),
    { fastCheck: { numRuns: 40, endOnFailure: true } }
  )

  it.effect("make nothing of requests that end in the middle, and say nothing of them", () =>
    Effect.gen(function* () {
      const { hot, platform } = yield* BothServers
      const sessionId = yield* newSession
      for (const { origin } of [hot, platform]) {
        for (const operation of hotOperations) {
          const bytes = bytesOf(plainlyWritten(operation, sessionId))
          yield* leave(origin, bytes.subarray(0, -1))
        }
      }
      const { body } = yield* bothAnswer({ path: `/api/sessions/${sessionId}` })
      assert.nestedPropertyVal(body, "session.messageCount", 0)
      for (const { logged } of [hot, platform]) {
        assert.deepStrictEqual(
          logged().filter((line) => !line.startsWith("DEBUG")),
          []
        )
      }
    })
  )
})

/** Use cases that wait until they are let go, and what became of those who waited. */
const holding = () => {
  const state = { begun: 0, ended: 0, isOpen: false }
  const hold = <A, E>(effect: Effect.Effect<A, E>) =>
    Effect.suspend(() => {
      if (state.isOpen) return effect
      state.begun += 1
      return Effect.onInterrupt(Effect.never, () =>
        Effect.sync(() => {
          state.ended += 1
        })
      )
    })
  const layer = Layer.mergeAll(
    Layer.effect(
      SessionManager,
      Effect.map(SessionManager, (manager): SessionManager["Type"] => ({
        ...manager,
        append: (...of) => hold(manager.append(...of)),
        send: (...of) => hold(manager.send(...of))
      }))
    ),
    Layer.effect(
      SessionCatalog,
      Effect.map(SessionCatalog, (catalog): SessionCatalog["Type"] => ({
        ...catalog,
        create: (...of) => hold(catalog.create(...of))
      }))
    )
  ).pipe(Layer.provideMerge(sessions))
  return { state, layer }
}

const changes: ReadonlyArray<readonly [string, (sessionId: string) => Exchange, status: number]> = [
  ["appendMessage", (id) => posting(`/api/sessions/${id}/messages`, { role: "user", content: "hello" }), 201],
  ["sendMessage", (sessionId) => posting("/api/assessment/message", { sessionId, message: "hello" }), 200],
  ["createSession", () => posting("/api/sessions", {}), 201]
]

it.scoped.each([...changes])(
  "%s is given up with its connection, and can be asked for again",
  ([, what, status]) => {
    const { layer, state } = holding()
    return Effect.gen(function* () {
      const { hot, platform } = yield* BothServers
      const exchange = what(yield* newSession)
      for (const [index, { origin }] of [hot, platform].entries()) {
        const begun = eventually(() => state.begun === index + 1)
        yield* leave(origin, bytesOf(written(exchange)), begun)
        yield* eventually(() => state.ended === index + 1)
      }
      state.isOpen = true
      assert.strictEqual((yield* bothAnswer(exchange)).status, status)
    }).pipe(Effect.provide(BothServers.layer(layer)))
  }
)
