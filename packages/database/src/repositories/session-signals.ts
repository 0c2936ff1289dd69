import { type SessionId, SessionSignals } from "@workspace/domain"
import { Effect, Layer, Queue, Random } from "effect"
import { Database } from "../client.ts"
import { signalChannel } from "./reply-statements.ts"

/** How long a wait takes at most while signals come, and while they do not, in ms. */
const atMost = { receiving: 5_000, polling: 250 }

/**
 * Signals from PostgreSQL, for any number of listeners over one connection, which is made for the first of them. Of a
 * burst each listener keeps one.
 */
export const layer: Layer.Layer<SessionSignals, never, Database> = Layer.scoped(
  SessionSignals,
  Effect.gen(function* () {
    const database = yield* Database
    const listeners = new Map<string, Set<Queue.Queue<void>>>()
    let isReceiving = false

    const wake = (queues: Iterable<Queue.Queue<void>>) => {
      for (const queue of queues) Queue.unsafeOffer(queue, undefined)
    }
    const turn = (receiving: boolean) => () => {
      isReceiving = receiving
      for (const queues of listeners.values()) wake(queues)
    }
    const connection = database.listen(signalChannel, {
      received: (sessionId) => wake(listeners.get(sessionId) ?? []),
      began: turn(true),
      ended: turn(false)
    })
    const connected = yield* Effect.once(Effect.forkIn(Effect.interruptible(connection), yield* Effect.scope))

    const enter = (sessionId: SessionId) =>
      Effect.map(Queue.sliding<void>(1), (queue) => {
        const queues = listeners.get(sessionId) ?? new Set()
        listeners.set(sessionId, queues.add(queue))
        return queue
      })

    const leave = (sessionId: SessionId) => (queue: Queue.Queue<void>) =>
      Effect.sync(() => {
        const queues = listeners.get(sessionId)
        queues?.delete(queue)
        if (queues?.size === 0) listeners.delete(sessionId)
      })

    // Those that poll do not all ask at the same moment.
    const patience = Effect.suspend(() => {
      const millis = isReceiving ? atMost.receiving : atMost.polling
      return Random.nextIntBetween(Math.round(0.8 * millis), millis)
    })

    return {
      listen: (sessionId) =>
        Effect.zipRight(
          connected,
          Effect.acquireRelease(enter(sessionId), leave(sessionId)).pipe(
            Effect.map((queue) =>
              Effect.flatMap(patience, (millis) =>
                Effect.asVoid(Effect.timeoutOption(Queue.take(queue), millis))
              )
            )
          )
        )
    }
  })
)
