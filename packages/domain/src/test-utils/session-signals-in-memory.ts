import { Effect, HashMap, Layer, Option, Ref, Stream, SubscriptionRef } from "effect"
import { SessionSignals } from "../ports/session-signals.ts"
import { SessionStore } from "./session-repository-in-memory/store.ts"

/** A real implementation that looks at the sessions beside it. */
export const layer = Layer.effect(
  SessionSignals,
  Effect.map(SessionStore, ({ sessions }) => ({
    listen: (sessionId) => {
      const kept = Effect.map(SubscriptionRef.get(sessions), HashMap.get(sessionId))
      return Effect.map(Effect.flatMap(kept, Ref.make), (seen) =>
        Effect.flatMap(Ref.get(seen), (last) =>
          sessions.changes.pipe(
            Stream.map(HashMap.get(sessionId)),
            Stream.filter((next) => Option.getOrNull(next) !== Option.getOrNull(last)),
            Stream.take(1),
            Stream.runForEach((next) => Ref.set(seen, next)),
            Effect.timeoutOption("5 seconds"),
            Effect.asVoid
          )
        )
      )
    }
  }))
)
