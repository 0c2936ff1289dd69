import { assert, it } from "@effect/vitest"
import {
  Session,
  SessionCatalog,
  SessionManager,
  StartedSession,
  Title,
  UnavailableError
} from "@workspace/domain"
import { AgentScripted, createTestSession } from "@workspace/domain/test-utils"
import { DateTime, Effect, Layer, Option, Schema } from "effect"
import { ask, posting } from "../test-utils/exchange.ts"
import * as Log from "../test-utils/log.ts"
import * as ServerInMemory from "../test-utils/server-in-memory.ts"

const stored = "stored-5e1f"

const session = createTestSession()
const tooLate = DateTime.unsafeMake("9999-12-31T23:59:59.999Z").pipe(DateTime.add({ days: 1 }))
const misfit = new Session(
  { ...session, title: Option.some(Title.make(`${stored}\0`, true)) },
  { disableValidation: true }
)

const layerFailing = Layer.merge(
  Layer.effect(
    SessionCatalog,
    // An answer that fits no schema.
    Effect.map(SessionCatalog, (catalog) => ({ ...catalog, update: () => Effect.succeed(misfit) }))
  ),
  Layer.effect(
    SessionManager,
    Effect.map(SessionManager, (sessions) => ({
      ...sessions,
      // A defect, another answer that fits no schema, a row that fits none, a store that is away.
      pause: () => Effect.die(new Error(stored)),
      start: () =>
        Effect.succeed(
          new StartedSession(
            { sessionId: session.id, createdAt: tooLate, claimToken: Option.none() },
            { disableValidation: true }
          )
        ),
      resume: () => Effect.orDie(Schema.decodeUnknown(Session)({ id: stored })),
      complete: () => Effect.die(new UnavailableError({}))
    }))
  )
).pipe(Layer.provideMerge(ServerInMemory.layerSessions(AgentScripted.says("Thank you."))))

const path = `/api/assessment/sessions/${session.id}`
const update = { ...posting(`/api/sessions/${session.id}`, { title: "A title" }), method: "PUT" }

const internal = {
  _tag: "InternalError",
  type: "/problems/internal",
  title: "Internal error",
  status: 500,
  detail: "Something went wrong on our side. The log has it under this answer's x-request-id.",
  code: "INTERNAL_ERROR"
}

it.layer(Layer.provideMerge(ServerInMemory.layerServer(layerFailing), Log.layer))(
  "a failure of ours",
  (it) => {
    it.effect.each([
      { name: "a defect", exchange: { method: "POST", path: `${path}/pause` }, logged: "Error: " },
      {
        name: "a row that fits no schema",
        exchange: { method: "POST", path: `${path}/resume` },
        logged: "ParseError"
      },
      { name: "an answer that fits no schema", exchange: update, logged: "InvalidAnswer" },
      {
        name: "a started session that fits no schema",
        exchange: posting("/api/assessment/start", {}),
        logged: "InvalidAnswer"
      }
    ])("$name is told to the log, and nothing of it to the caller", ({ exchange, logged }) =>
      Effect.gen(function* () {
        const lines = yield* Log.Log
        lines.length = 0
        const { body, headers, status } = yield* ask(exchange)
        assert.strictEqual(status, 500)
        assert.strictEqual(headers["content-type"], "application/problem+json")
        assert.deepStrictEqual(body, internal)
        const errors = lines.filter(({ level }) => level === "ERROR")
        assert.lengthOf(errors, 1)
        assert.strictEqual(errors[0]?.annotations["requestId"], headers["x-request-id"])
        assert.include(errors[0]?.text, "A request failed")
        assert.include(errors[0]?.text, logged)
      })
    )

    it.effect("an answer that fits no schema is logged without its values", () =>
      Effect.gen(function* () {
        const lines = yield* Log.Log
        lines.length = 0
        yield* ask(update)
        assert.isTrue(lines.some(({ text }) => text.includes("title")))
        assert.notInclude(JSON.stringify(lines), stored)
      })
    )

    it.effect("a request that fits no schema stays the caller's, also after that", () =>
      Effect.gen(function* () {
        yield* ask(update)
        const { body, status } = yield* ask(posting("/api/assessment/start", { userId: 1 }))
        assert.strictEqual(status, 400)
        assert.propertyVal(body, "_tag", "ValidationError")
      })
    )

    it.effect("a store that is away is no defect", () =>
      Effect.gen(function* () {
        const lines = yield* Log.Log
        lines.length = 0
        const { body, headers, status } = yield* ask({ method: "POST", path: `${path}/complete` })
        assert.deepStrictEqual([status, headers["retry-after"]], [503, "1"])
        assert.propertyVal(body, "_tag", "UnavailableError")
        assert.deepStrictEqual(
          lines.filter(({ level }) => level === "ERROR"),
          []
        )
      })
    )
  }
)
