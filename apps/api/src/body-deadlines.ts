import type { IncomingMessage, Server, ServerResponse } from "node:http"
import { Effect, Schedule } from "effect"
import { takesFile } from "./takes-file.ts"

/** A request whose body is on its way. */
interface Pending {
  readonly response: ServerResponse
  /** How many looks ago it began, or came on last. */
  looks: number
  bytesRead: number
}

/** In looks, of which there is one a second. */
const patience = 15

const hasBody = ({ headers }: IncomingMessage) =>
  headers["transfer-encoding"] !== undefined || (headers["content-length"] ?? "0") !== "0"

/**
 * Cuts connections whose requests take more than 15 seconds to arrive. A file to import may take as long as Node lets it,
 * as long as something of it comes every 15 seconds and it was not answered before its end: Node has one limit for
 * all requests.
 */
export const watch = (server: Server) => {
  const pending = new Map<IncomingMessage, Pending>()
  const onRequest = (request: IncomingMessage, response: ServerResponse) => {
    if (!hasBody(request)) return
    pending.set(request, { response, looks: 0, bytesRead: request.socket.bytesRead })
    request.once("close", () => pending.delete(request))
  }
  const look = Effect.sync(() => {
    for (const [request, state] of pending) {
      const { bytesRead } = request.socket
      const comesOn = bytesRead > state.bytesRead && takesFile(request) && !state.response.writableEnded
      state.looks = comesOn ? 0 : state.looks + 1
      state.bytesRead = bytesRead
      if (request.complete) pending.delete(request)
      else if (state.looks >= patience) request.socket.destroy()
    }
  })
  return Effect.acquireRelease(
    Effect.sync(() => server.on("request", onRequest)),
    () => Effect.sync(() => server.off("request", onRequest))
  ).pipe(Effect.zipRight(Effect.forkScoped(Effect.repeat(look, Schedule.spaced("1 second")))), Effect.asVoid)
}
