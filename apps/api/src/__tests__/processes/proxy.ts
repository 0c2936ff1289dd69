import { connect, createServer, type Socket } from "node:net"
import { Effect } from "effect"

/** A way to a server that can be cut. */
export const makeProxy = (target: string) =>
  Effect.acquireRelease(
    Effect.async<{
      readonly url: string
      /** No connection is accepted, and those that there are end. */
      readonly cut: Effect.Effect<void>
      /** Nothing comes through any more, and nobody says so. */
      readonly mute: Effect.Effect<void>
      readonly restore: Effect.Effect<void>
    }>((resume) => {
      const { hostname, port } = new URL(target)
      const sockets = new Set<Socket>()
      let isMute = false
      let listening = 0
      const track = (socket: Socket) => {
        sockets.add(socket)
        // Each end learns of the other's end.
        socket.on("error", () => undefined).once("close", () => sockets.delete(socket))
        return socket
      }
      const server = createServer((incoming) => {
        track(incoming)
        if (isMute) return
        const outgoing = track(connect(Number(port), hostname))
        incoming.pipe(outgoing)
        outgoing.pipe(incoming)
        incoming.once("close", () => outgoing.destroy())
        outgoing.once("close", () => incoming.destroy())
      })
      const endAll = () => {
        for (const socket of sockets) socket.destroy()
      }
      const cut = Effect.sync(() => {
        server.close()
        endAll()
      })
      const mute = Effect.sync(() => {
        isMute = true
        for (const socket of sockets) socket.unpipe().pause()
      })
      const restore = Effect.async<void>((done) => {
        isMute = false
        endAll()
        if (server.listening) return done(Effect.void)
        server.listen(listening, "127.0.0.1", () => done(Effect.void))
      })
      server.listen(0, "127.0.0.1", () => {
        const address = server.address()
        listening = typeof address === "object" && address !== null ? address.port : 0
        const url = new URL(target)
        url.host = `127.0.0.1:${listening}`
        resume(Effect.succeed({ url: url.href, cut, mute, restore }))
      })
    }),
    ({ cut }) => cut
  )
