import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { Effect, Option } from "effect"

/** A server that answers as it is told, until the scope closes: where it is, and what it was asked. */
export const answering = (answer: (response: ServerResponse, request: IncomingMessage) => void) =>
  Effect.gen(function* () {
    const asked: Array<IncomingMessage> = []
    const server = yield* Effect.acquireRelease(
      Effect.async<ReturnType<typeof createServer>>((resume) => {
        const server = createServer((request, response) => {
          asked.push(request)
          answer(response, request)
        })
        server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
      }),
      (server) =>
        Effect.async<void>((resume) => {
          server.close(() => resume(Effect.void))
          server.closeAllConnections()
        })
    )
    const address = server.address()
    const port = typeof address === "object" ? address?.port : 0
    return { asked, server: { url: Option.some(`http://127.0.0.1:${port}`), user: Option.none() } }
  })

/** Answers with JSON. */
export const json = (response: ServerResponse, body: unknown, status = 200) => {
  response.writeHead(status, { "content-type": "application/json" })
  response.end(JSON.stringify(body))
}
