import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http"
import { text } from "node:stream/consumers"
import { Deferred, Effect, Runtime, Schema } from "effect"

/** What the server does with a response: as it is written, or left open. */
export type Reply = (response: ServerResponse) => void

interface Asked {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: typeof Body.Type
  readonly text: string
  /** Done when the connection is gone or the answer was sent. */
  readonly gone: Deferred.Deferred<void>
}

const Body = Schema.Struct(
  { model: Schema.String, stream: Schema.optional(Schema.Boolean) },
  { key: Schema.String, value: Schema.Unknown }
)
const decodeBody = Schema.decodeSync(Schema.parseJson(Body))

/** A stream of server-sent events with these frames; it ends with them. */
export const events =
  (...frames: ReadonlyArray<string>): Reply =>
  (response) => {
    response.writeHead(200, { "content-type": "text/event-stream" }).end(frames.join(""))
  }

/** A stream that goes on for ever, or until `then`. */
export const begins =
  (frames: ReadonlyArray<string>, then: Reply = () => undefined): Reply =>
  (response) => {
    response.writeHead(200, { "content-type": "text/event-stream" })
    response.write(frames.join(""), () => then(response))
  }

export const json =
  (status: number, body: unknown): Reply =>
  (response) => {
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body))
  }

/** The connection is closed in the middle. */
export const breaksOff: Reply = (response) => {
  response.destroy()
}

/** A server on a free port, until the scope ends. It gives the replies in order; a further request is a 500. */
export const make = Effect.fnUntraced(function* (replies: {
  readonly answers?: ReadonlyArray<Reply>
  readonly reports?: ReadonlyArray<Reply>
}) {
  const runSync = Runtime.runSync(yield* Effect.runtime())
  const asked: Array<Asked> = []
  const answers = [...(replies.answers ?? [])]
  const reports = [...(replies.reports ?? [])]
  const server = createServer(async (request, response) => {
    const body = await text(request)
    const gone = runSync(Deferred.make<void>())
    response.once("close", () => runSync(Deferred.succeed(gone, undefined)))
    const decoded = decodeBody(body)
    asked.push({ path: request.url ?? "", headers: request.headers, body: decoded, text: body, gone })
    const reply = (decoded.stream === true ? answers : reports).shift() ?? json(500, {})
    reply(response)
  })
  yield* Effect.acquireRelease(
    Effect.async<void>((resume) => {
      server.listen(0, "127.0.0.1", () => resume(Effect.void))
    }),
    () =>
      Effect.async<void>((resume) => {
        server.close(() => resume(Effect.void))
        server.closeAllConnections()
      })
  )
  const address = server.address()
  const port = typeof address === "object" && address !== null ? address.port : 0
  return { url: `http://127.0.0.1:${port}`, asked }
})
