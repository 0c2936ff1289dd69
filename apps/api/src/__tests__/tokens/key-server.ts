import { createServer } from "node:http"
import { Effect } from "effect"

/** What the key server says to the next requests. */
interface State {
  status: number
  body: string
  /** It takes the request and never answers. */
  isMute: boolean
  /** How often it was asked. */
  asked: number
}

/** A server of keys, on a free port, until the scope ends. */
export const make = Effect.fnUntraced(function* (keys: ReadonlyArray<object>) {
  const state: State = { status: 200, body: JSON.stringify({ keys }), isMute: false, asked: 0 }
  const server = createServer((_, response) => {
    state.asked += 1
    if (!state.isMute) {
      response.writeHead(state.status, { "content-type": "application/json" }).end(state.body)
    }
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
  return {
    url: new URL(`http://127.0.0.1:${port}/keys`),
    state,
    publish: (published: ReadonlyArray<object>) =>
      Effect.sync(() => {
        state.body = JSON.stringify({ keys: published })
      })
  }
})
