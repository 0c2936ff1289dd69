import { randomUUID } from "node:crypto"
import { assert } from "@effect/vitest"
import { ImportReport } from "@workspace/contracts"
import { Message, Session, SessionList } from "@workspace/domain"
import { Effect, Schema } from "effect"
import { ask, type Exchange, posting, type Reply } from "./exchange.ts"

type Headers = Readonly<Record<string, string>>

const Details = Schema.Struct({ details: Schema.Array(Schema.Struct({ path: Schema.String })) })

/** What an answer's body is on the wire. */
const wire = <A, I>(schema: Schema.Schema<A, I>) => {
  const decode = Schema.decodeUnknown(Schema.encodedSchema(schema))
  return ({ body }: Reply) => decode(body)
}
export const asSession = wire(Session)
export const asMessage = wire(Message)
export const asList = wire(SessionList)
export const asConversation = wire(Schema.Struct({ session: Session, messages: Schema.Array(Message) }))
export const asMessages = wire(Schema.Struct({ messages: Schema.Array(Message) }))

export const asReport = wire(ImportReport)

/** A user without sessions, and its requests to the sessions' operations. */
export const newCaller = Effect.sync(() => {
  const userId = `user-${randomUUID()}`
  const own: Headers = { "x-user-id": userId }
  const api = (exchange: Exchange, headers: Headers = {}) =>
    ask({ ...exchange, path: `/api${exchange.path}`, headers: { ...own, ...exchange.headers, ...headers } })
  const send = (exchange: Exchange, headers: Headers = {}) =>
    api({ ...exchange, path: `/sessions${exchange.path}` }, headers)
  const post = (path: string, json: object | string, headers?: Headers) => send(posting(path, json), headers)
  return {
    userId,
    own,
    api,
    export: (id: string) => Effect.map(send({ path: `/${id}/export` }), ({ text }) => text),
    import: (body: string | Uint8Array, query = "", headers: Headers = {}) =>
      send({
        method: "POST",
        path: `/import${query}`,
        headers: { "content-type": "application/x-ndjson", ...headers },
        body
      }),
    get: (path: string, headers?: Headers) => send({ path }, headers),
    head: (path: string, headers?: Headers) => send({ method: "HEAD", path }, headers),
    post,
    put: (path: string, json: object | string, headers?: Headers) =>
      send({ ...posting(path, json), method: "PUT" }, headers),
    fork: (id: string, fields: object = {}) => Effect.flatMap(post(`/${id}/fork`, fields), asSession),
    remove: (path: string) => send({ method: "DELETE", path }),
    create: (fields: object = {}) => Effect.flatMap(post("", fields), asSession),
    append: (id: string, content: string, fields: object = {}) =>
      Effect.flatMap(post(`/${id}/messages`, { role: "user", content, ...fields }), asMessage)
  }
})

/** The fields that a refused request is refused for, and nothing of what was sent. */
export const refusedFields = Effect.fnUntraced(function* (reply: Reply) {
  assert.strictEqual(reply.status, 400, reply.text)
  assert.strictEqual(reply.headers["content-type"], "application/problem+json")
  assert.propertyVal(reply.body, "code", "VALIDATION_ERROR")
  assert.isBelow(reply.text.length, 2_000)
  const { details } = yield* Schema.decodeUnknown(Details)(reply.body)
  return [...new Set(details.map(({ path }) => path))].sort()
})
