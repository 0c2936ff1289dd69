import { HttpServerRequest } from "@effect/platform"
import { Identity } from "@workspace/contracts"
import { Caller, UserId } from "@workspace/domain"
import { AgentScripted } from "@workspace/domain/test-utils"
import { Effect, Layer, Schema } from "effect"
import { ask, type Exchange, posting } from "../../test-utils/exchange.ts"
import * as ServerInMemory from "../../test-utils/server-in-memory.ts"

/** A token is the name of its user; without one a caller is anonymous. */
export const layerIdentity = Layer.succeed(Identity, {
  bearer: () =>
    Effect.map(HttpServerRequest.HttpServerRequest, ({ headers: { authorization } }) =>
      authorization === undefined
        ? Caller.Anonymous()
        : Caller.User({ userId: UserId.make(authorization.replace("Bearer ", "")) })
    )
})

type Sessions = Layer.Layer.Success<ReturnType<typeof ServerInMemory.layerSessions>>

export const serverOf = <E, R>(sessions: Layer.Layer<Sessions, E, R>) =>
  ServerInMemory.layerServer(sessions, { identity: layerIdentity })

/** A server whose agent always answers "Thank you.". */
export const layer = serverOf(ServerInMemory.layerSessions(AgentScripted.says("Thank you.")))

/** What a user asks; nobody's is what an anonymous caller asks. */
export const by = (user: string, exchange: Exchange): Exchange => ({
  ...exchange,
  headers: { ...exchange.headers, authorization: `Bearer ${user}` }
})

/** The exchange under an idempotency key. */
export const under = (key: string, exchange: Exchange): Exchange => ({
  ...exchange,
  headers: { ...exchange.headers, "idempotency-key": key }
})

export const create = (payload: object = {}) => posting("/api/sessions", payload)
export const append = (sessionId: string, payload: object = {}) =>
  posting(`/api/sessions/${sessionId}/messages`, { role: "user", content: "hello", ...payload })
export const send = (sessionId: string, message = "hello") =>
  posting("/api/assessment/message", { sessionId, message })
export const claim = (sessionId: string, claimToken: string) =>
  posting(`/api/sessions/${sessionId}/claim`, { claimToken })

let made = 0

/** A key that nobody has used. */
export const newKey = () => `key ${++made}`

const Started = Schema.Struct({ sessionId: Schema.String, claimToken: Schema.String })

/** A session of nobody. */
export const start = Effect.flatMap(ask(posting("/api/assessment/start", {})), ({ body }) =>
  Schema.decodeUnknown(Started)(body)
)

const History = Schema.Struct({
  messages: Schema.Array(Schema.Struct({ role: Schema.String, content: Schema.String }))
})

/** What was said in a session: of each message who and what. */
export const said = (sessionId: string, user?: string) => {
  const get = { path: `/api/sessions/${sessionId}` }
  return Effect.map(
    Effect.flatMap(ask(user === undefined ? get : by(user, get)), ({ body }) =>
      Schema.decodeUnknown(History)(body)
    ),
    ({ messages }) => messages.map(({ content, role }) => `${role}: ${content}`)
  )
}

const List = Schema.Struct({ count: Schema.Int })

/** How many sessions a user has. */
export const countOf = (user: string) =>
  Effect.map(
    Effect.flatMap(ask(by(user, { path: "/api/sessions" })), ({ body }) => Schema.decodeUnknown(List)(body)),
    ({ count }) => count
  )

/** Pauses or resumes a session. */
export const turn = (how: "pause" | "resume", sessionId: string) =>
  posting(`/api/assessment/sessions/${sessionId}/${how}`, "")

export const Created = Schema.Struct({ id: Schema.String })
