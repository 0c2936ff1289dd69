import { OpenApi } from "@effect/platform"
import { assert, it } from "@effect/vitest"
import * as Contracts from "@workspace/contracts"
import * as Domain from "@workspace/domain"
import { AgentScripted } from "@workspace/domain/test-utils"
import { Effect, Layer, Schema } from "effect"
import { ask, type Exchange, posting } from "../test-utils/exchange.ts"
import * as ServerInMemory from "../test-utils/server-in-memory.ts"

const { InvalidSessionStateError, SessionManager, SessionNotFoundError, UnavailableError } = Domain

// Use cases that fail as the id in the request says.
const failWith = (sessionId: Domain.SessionId | Domain.UserId): Effect.Effect<never> =>
  sessionId === "away" ? Effect.die(new UnavailableError({})) : Effect.die(new Error("a defect"))
const missing = (sessionId: Domain.SessionId) =>
  sessionId === "missing" ? new SessionNotFoundError({ sessionId }) : failWith(sessionId)
const write = (sessionId: Domain.SessionId) =>
  sessionId === "ended"
    ? new InvalidSessionStateError({ sessionId, currentStatus: "completed" })
    : missing(sessionId)
const send = (sessionId: Domain.SessionId) => {
  switch (sessionId) {
    case "conflict":
      return new Domain.MessageConflictError({ sessionId, messageId: Domain.MessageId.make("m-1") })
    case "silent":
      return new Domain.AgentUnavailableError({ agent: Domain.Session.fields.agent.make("nerin") })
    default:
      return write(sessionId)
  }
}

const layerFailing = Layer.effect(
  SessionManager,
  Effect.map(SessionManager, (sessions): Domain.SessionManager["Type"] => ({
    ...sessions,
    start: (_, { userId = Domain.UserId.make("defect") }) =>
      userId === "foreign" ? new Domain.ForeignUserError({ userId }) : failWith(userId),
    send: (_, { sessionId }) => send(sessionId),
    load: (_, sessionId) => missing(sessionId),
    pause: (_, sessionId) => write(sessionId),
    resume: (_, sessionId) => write(sessionId),
    complete: (_, sessionId) => write(sessionId)
  }))
).pipe(Layer.provideMerge(ServerInMemory.layerSessions(AgentScripted.says("Thank you."))))

const session = (operation: string, id: string): Exchange =>
  operation === ""
    ? { path: `/api/assessment/sessions/${id}` }
    : posting(`/api/assessment/sessions/${id}/${operation}`, "")

const requests: Record<string, (id: string) => Exchange> = {
  startAssessment: (userId) => posting("/api/assessment/start", { userId }),
  sendMessage: (sessionId) => posting("/api/assessment/message", { sessionId, message: "hello" }),
  getAssessmentSession: (id) => session("", id),
  pauseAssessment: (id) => session("pause", id),
  resumeAssessment: (id) => session("resume", id),
  completeAssessment: (id) => session("complete", id),
  health: () => ({ path: "/health" }),
  ready: () => ({ path: "/ready" }),
  metrics: () => ({ path: "/metrics" })
}

const withBody = (exchange: Exchange, body: string, contentType: string) => ({
  ...exchange,
  headers: { ...exchange.headers, "content-type": contentType, "content-length": String(body.length) },
  body
})

/** How each error comes about, whatever the operation; a way that an operation does not have is not taken. */
const ways: Record<
  string,
  readonly [schema: Schema.Schema.AnyNoContext, make: (request: (id: string) => Exchange) => Exchange]
> = {
  ValidationError: [
    Contracts.ValidationError,
    (request) => {
      const exchange = request("x")
      return { ...exchange, headers: { ...exchange.headers, "x-user-id": "" } }
    }
  ],
  PayloadTooLargeError: [
    Contracts.PayloadTooLargeError,
    (request) => withBody(request("x"), " ".repeat(1024 * 1024 + 1), "application/json")
  ],
  UnsupportedMediaTypeError: [
    Contracts.UnsupportedMediaTypeError,
    (request) => withBody(request("x"), "x=1", "application/x-www-form-urlencoded")
  ],
  InternalError: [Contracts.InternalError, (request) => request("defect")],
  NotReadyError: [Contracts.NotReadyError, (request) => request("")],
  UnavailableError: [UnavailableError, (request) => request("away")],
  ForeignUserError: [Domain.ForeignUserError, (request) => request("foreign")],
  SessionNotFoundError: [SessionNotFoundError, (request) => request("missing")],
  InvalidSessionStateError: [InvalidSessionStateError, (request) => request("ended")],
  MessageConflictError: [Domain.MessageConflictError, (request) => request("conflict")],
  AgentUnavailableError: [Domain.AgentUnavailableError, (request) => request("silent")]
}

const Declared = Schema.Struct({
  paths: Schema.Record({
    key: Schema.String,
    value: Schema.Record({
      key: Schema.String,
      value: Schema.Struct({
        operationId: Schema.String,
        responses: Schema.Record({ key: Schema.String, value: Schema.Unknown })
      })
    })
  })
})
const document = Schema.decodeUnknownSync(Schema.parseJson(Declared))(
  JSON.stringify(OpenApi.fromApi(Contracts.BigOceanApi))
)

/** What nothing can bring about: these operations read nothing of a request and ask nobody. */
const neverHappens = ["health", "ready", "metrics"].flatMap((operation) =>
  ["ValidationError", "InternalError", "UnavailableError"].map((error) => `${operation} ${error}`)
)

const declared = Object.values(document.paths)
  .flatMap((methods) => Object.values(methods))
  .flatMap(({ operationId, responses }) =>
    Object.entries(responses).flatMap(([status, response]) =>
      [...JSON.stringify(response).matchAll(/#\/components\/schemas\/(\w+Error)"/g)].map(
        ([, error = ""]) => ({
          operation: operationId,
          status: Number(status),
          error
        })
      )
    )
  )
  .filter(({ error, operation }) => !neverHappens.includes(`${operation} ${error}`))

it.layer(ServerInMemory.layerServer(layerFailing, ServerInMemory.layerNotReady))("a declared error", (it) => {
  it.effect.each(declared)("$operation $status $error is sent as declared", ({ error, operation, status }) =>
    Effect.gen(function* () {
      const request = requests[operation]
      const way = ways[error]
      assert(request !== undefined && way !== undefined)
      const [schema, make] = way
      const reply = yield* ask(make(request))
      assert.strictEqual(reply.status, status)
      assert.strictEqual(reply.headers["content-type"], "application/problem+json")
      assert.propertyVal(reply.body, "_tag", error)
      assert.propertyVal(reply.body, "status", status)
      yield* Schema.decodeUnknown(schema, { onExcessProperty: "error" })(reply.body)
    })
  )
})
