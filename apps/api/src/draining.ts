import type { Server } from "node:http"
import { Server as NetServer } from "node:net"
import { Context, Deferred, type Duration, Effect, Fiber, Layer, Schedule } from "effect"

const poll = Schedule.spaced("20 millis")

/**
 * The end of a process without a lost request. A balancer needs a moment to see that the process is not
 * ready; streams are told, and end; what is under way is finished; every answer meanwhile closes its connection; what still hangs on
 * then is cut.
 */
export class Draining extends Context.Tag("@workspace/api/Draining")<
  Draining,
  {
    readonly isDraining: () => boolean
    /** Returns when streams are to end, because the process does. */
    readonly closing: Effect.Effect<void>
    /** Counts the server's requests from here on. */
    readonly watch: (server: Server) => void
    /**
     * Ends the server that is watched; for the grace it still takes new connections. What is `settled` when it
     * returns has the same time as requests have.
     */
    readonly drain: (
      server: Server,
      options: { readonly grace: Duration.Duration; readonly settled: Effect.Effect<void> }
    ) => Effect.Effect<void>
  }
>() {
  static readonly layer = Layer.effect(
    this,
    Effect.map(Deferred.make<void>(), (closing) => {
      let isDraining = false
      let inFlight = 0
      let connections = 0

      const watch = (server: Server) => {
        server.on("connection", (socket) => {
          connections += 1
          socket.once("close", () => {
            connections -= 1
          })
        })
        server.on("request", (_, response) => {
          inFlight += 1
          if (isDraining) response.setHeader("connection", "close")
          response.once("close", () => {
            inFlight -= 1
          })
        })
      }

      // Some turns of the event loop without a request: one may have arrived that is not read yet.
      const isIdle = Effect.suspend(() => {
        let quietTurns = 0
        return Effect.repeat(
          Effect.sync(() => {
            quietTurns = inFlight === 0 ? quietTurns + 1 : 0
            return quietTurns >= 5
          }),
          { until: (idle) => idle, schedule: poll }
        )
      })

      const isClosed = (server: Server) =>
        Effect.repeat(
          Effect.sync(() => {
            server.closeIdleConnections()
            return connections === 0
          }),
          { until: (closed) => closed, schedule: poll }
        )

      const drain = Effect.fn("Draining.drain")(
        function* (server: Server, { grace, settled }: Parameters<Draining["Type"]["drain"]>[1]) {
          isDraining = true
          yield* Effect.logInfo("Stopping").pipe(Effect.annotateLogs({ inFlight }))
          yield* Effect.sleep(grace)
          // No new connections. The close of HTTP itself would cut those that wait to be read.
          NetServer.prototype.close.call(server)
          yield* Deferred.succeed(closing, undefined)
          yield* Effect.timeoutOption(Effect.zip(isIdle, settled), "5 seconds")
          yield* Effect.timeoutOption(isClosed(server), "500 millis")
          server.closeAllConnections()
        },
        // As a finalizer it runs on a fiber that is interrupted already, where no time limit could end anything.
        (effect) => Effect.flatMap(Effect.forkDaemon(Effect.interruptible(effect)), Fiber.join)
      )

      return { isDraining: () => isDraining, closing: Deferred.await(closing), watch, drain }
    })
  )
}
