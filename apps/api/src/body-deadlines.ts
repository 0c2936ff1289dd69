import type { IncomingMessage, Server, ServerResponse } from "node:http"
import type { Socket } from "node:net"
import { Effect, Schedule } from "effect"
import { takesFile } from "./takes-file.ts"

/** A request whose body is on its way. */
interface Pending {
  readonly request: IncomingMessage
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
  // By connection, and not by request: at most one body of each is on its way, and nothing has to be taken out again at
  // the end of a request.
  const connections = new Map<Socket, Pending | undefined>()
  const onConnection = (socket: Socket) => {
    connections.set(socket, undefined)
    socket.once("close", () => connections.delete(socket))
  }
  const onRequest = (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request
    if (hasBody(request) && connections.has(socket)) {
      connections.set(socket, { request, response, looks: 0, bytesRead: socket.bytesRead })
    }
  }
  const look = Effect.sync(() => {
    for (const [socket, pending] of connections) {
      if (pending === undefined) continue
      const { request, response } = pending
      const { bytesRead } = socket
      const comesOn = bytesRead > pending.bytesRead && takesFile(request) && !response.writableEnded
      pending.looks = comesOn ? 0 : pending.looks + 1
      pending.bytesRead = bytesRead
      if (request.complete) connections.set(socket, undefined)
      else if (pending.looks >= patience) socket.destroy()
    }
  })
  return Effect.acquireRelease(
    Effect.sync(() => server.on("connection", onConnection).on("request", onRequest)),
    () => Effect.sync(() => server.off("connection", onConnection).off("request", onRequest))
  ).pipe(Effect.zipRight(Effect.forkScoped(Effect.repeat(look, Schedule.spaced("1 second")))), Effect.asVoid)
}
