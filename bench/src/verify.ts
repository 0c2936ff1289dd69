import { isDeepStrictEqual } from "node:util"
import { type Array, Effect, Schema } from "effect"
import { BenchError } from "./bench-error.ts"
import type { Server } from "./servers.ts"

export const resumePath = (sessionId: string) => `/api/assessment/sessions/${sessionId}`

const History = Schema.parseJson(
  Schema.Struct({ messages: Schema.Array(Schema.Struct({ sequence: Schema.Number })) })
)

/** What is asked for, and as whom. */
export interface Question {
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
}

/** The body of an answer, and its `ETag`. */
export const get = ({ port }: Server, { headers = {}, path }: Question) =>
  Effect.tryPromise({
    try: async (signal) => {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, { signal, headers })
      return { body: await answer.text(), tag: answer.headers.get("etag") ?? "" }
    },
    catch: (cause) => new BenchError({ message: `GET ${path}: ${cause}`, cause })
  })

/** What all servers answer alike. */
export const getFromAll = Effect.fnUntraced(function* (
  servers: Array.NonEmptyReadonlyArray<Server>,
  question: Question
) {
  const [first, ...others] = yield* Effect.forEach(servers, (server) =>
    Effect.map(get(server, question), ({ body }) => body)
  )
  const parsed: unknown = JSON.parse(first)
  if (others.some((body) => !isDeepStrictEqual(JSON.parse(body), parsed))) {
    return yield* new BenchError({ message: `The servers do not give the same ${question.path}` })
  }
  return first
})

/** Whether all servers give the same whole history of a session, in order. Returns the length of the body. */
export const verify = Effect.fnUntraced(function* (
  servers: Array.NonEmptyReadonlyArray<Server>,
  sessionId: string,
  messages: number
) {
  const body = yield* getFromAll(servers, { path: resumePath(sessionId) })
  const history = yield* Schema.decode(History)(body)
  const isWhole =
    history.messages.length === messages &&
    history.messages.every(({ sequence }, index) => sequence === index + 1)
  if (!isWhole) {
    return yield* new BenchError({ message: `The history of ${sessionId} is not whole` })
  }
  return Buffer.byteLength(body)
})
