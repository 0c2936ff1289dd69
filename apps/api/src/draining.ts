import type { Server } from "node:http"
import { Context, Effect, Layer, Schedule } from "effect"

const poll = Schedule.spaced("20 millis")

/**
 * The end of a process without a lost request. A balancer needs a moment to see that the process is not
 * ready; what is under way is finished; every answer meanwhile closes its connection; what still hangs on
 * then is cut.
 */
export class Draining extends Context.Tag("@workspace/api/Draining")<
  Draining,
  {
    readonly isDraining: () => boolean
    /** Counts the server's requests from here on. */
    readonly watch: (server: Server) => void
    /** Ends the server that is watched. */
    readonly drain: (server: Server) => Effect.Effect<void>
  }
>() {
  static readonly layer = Layer.sync(this, () => {
    let isDraining = false
    let inFlight = 0

    const watch = (server: Server) => {
      server.on("request", (_, response) => {
        inFlight += 1
        if (isDraining) response.setHeader("connection", "close")
        response.once("close", () => {
          inFlight -= 1
        })
      })
    }

    const drain = Effect.fn("Draining.drain")(function* (server: Server) {
      isDraining = true
      yield* Effect.logInfo("Stopping").pipe(Effect.annotateLogs({ inFlight }))
      yield* Effect.sleep("300 millis")
      yield* Effect.sync(() => inFlight === 0).pipe(
        Effect.repeat({ until: (isIdle) => isIdle, schedule: poll }),
        Effect.timeoutOption("5 seconds")
      )
      server.close()
      yield* Effect.sync(() => server.closeIdleConnections()).pipe(
        Effect.repeat(poll),
        Effect.timeoutOption("500 millis"),
        Effect.raceFirst(Effect.async((resume) => void server.once("close", () => resume(Effect.void))))
      )
      server.closeAllConnections()
    })

    return { isDraining: () => isDraining, watch, drain }
  })
}
