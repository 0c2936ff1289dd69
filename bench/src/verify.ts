import { isDeepStrictEqual } from "node:util"
import { Effect, Schema } from "effect"
import { BenchError } from "./bench-error.ts"
import type { Server } from "./servers.ts"

export const resumePath = (sessionId: string) => `/api/assessment/sessions/${sessionId}`

const History = Schema.parseJson(
  Schema.Struct({ messages: Schema.Array(Schema.Struct({ sequence: Schema.Number })) })
)

const get = ({ port }: Server, path: string) =>
  Effect.tryPromise({
    try: async (signal) => {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, { signal })
      return await answer.text()
    },
    catch: (cause) => new BenchError({ message: `GET ${path}: ${cause}`, cause })
  })

/** Whether all servers give the same whole history of a session, in order. Returns the length of the body. */
export const verify = Effect.fnUntraced(function* (
  servers: ReadonlyArray<Server>,
  sessionId: string,
  messages: number
) {
  const [first = "", ...others] = yield* Effect.forEach(servers, (server) =>
    get(server, resumePath(sessionId))
  )
  const history = yield* Schema.decode(History)(first)
  const parsed: unknown = JSON.parse(first)
  const differs = others.some((body) => !isDeepStrictEqual(JSON.parse(body), parsed))
  const isWhole =
    history.messages.length === messages &&
    history.messages.every(({ sequence }, index) => sequence === index + 1)
  if (differs || !isWhole) {
    return yield* new BenchError({ message: `The servers do not give the same history of ${sessionId}` })
  }
  return Buffer.byteLength(first)
})
