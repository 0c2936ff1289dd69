import { HttpApiClient } from "@effect/platform"
import { NodeHttpClient } from "@effect/platform-node"
import { BigOceanApi } from "@workspace/contracts"
import { MessageContent, MessageId, type SessionId } from "@workspace/domain"
import { Effect, Layer } from "effect"

/** Connections that are kept, as of a caller that goes on. */
export const layerClient = NodeHttpClient.layerWithoutAgent.pipe(
  Layer.provide(NodeHttpClient.makeAgentLayer({ keepAlive: true, maxSockets: 64 }))
)

/** The text of the message of an id. Nerin goes on for ever with somebody who only asks what is meant. */
export const textOf = (id: string) => `What is ${id}?`

/** A caller of one server. */
export const connect = (origin: string) =>
  Effect.map(HttpApiClient.make(BigOceanApi, { baseUrl: origin }), ({ assessment }) => ({
    start: Effect.map(assessment.start({ payload: {} }), ({ sessionId }) => sessionId),
    load: (sessionId: SessionId) => assessment.get({ path: { sessionId } }),
    send: (sessionId: SessionId, id: string) =>
      assessment.message({
        headers: {},
        payload: { sessionId, message: MessageContent.make(textOf(id)), id: MessageId.make(id) }
      })
  }))
export type Caller = Effect.Effect.Success<ReturnType<typeof connect>>
