import { assert, layer as itWithLayer } from "@effect/vitest"
import { Array, type Duration, Effect, Fiber, type Layer, Option } from "effect"
import type { ReplyRepository } from "../ports/reply-repository.ts"
import type { ScoringRepository } from "../ports/scoring-repository.ts"
import { SessionRepository } from "../ports/session-repository.ts"
import { SessionSignals } from "../ports/session-signals.ts"
import { asAlice } from "./callers.ts"
import { begun, data, end, newSession, text, write } from "./reply-repository-suite/fixtures.ts"
import { storeEstimates } from "./scoring-repository-suite.ts"

/**
 * Without a signal a wait takes at least four seconds, or is one of those that look again and again. A machine that
 * stalls may keep a signal from one wait; it is there for the next.
 */
export const soon = <A, E, R>(wait: Effect.Effect<A, E, R>) =>
  Effect.retry(Effect.timeout(wait, "3 seconds"), { times: 3 })

/** The promises of `SessionSignals`, together with the stores whose changes it tells. */
export const describeSessionSignals = <E>(
  name: string,
  layer: Layer.Layer<SessionSignals | ReplyRepository | ScoringRepository | SessionRepository, E>,
  options?: { readonly timeout?: Duration.DurationInput }
) => {
  itWithLayer(layer, { ...options, excludeTestServices: true })(name, (it) => {
    it.scoped(
      "tells whoever listens of each change of a reply and of the scores, and of the session's end",
      () =>
        Effect.gen(function* () {
          const sessions = yield* SessionRepository
          const signals = yield* SessionSignals
          const sessionId = yield* newSession
          const waits = yield* Effect.replicateEffect(signals.listen(sessionId), 3)
          const told = <A, E, R>(change: Effect.Effect<A, E, R>) =>
            Effect.gen(function* () {
              const waiting = yield* Effect.forkAll(waits.map(soon))
              const value = yield* change
              yield* Fiber.join(waiting)
              return value
            })
          const key = yield* told(begun(sessionId, "q"))
          yield* told(write(key, [[data({ assessment: {} }), text("a")]]))
          yield* told(end(key))
          yield* told(storeEstimates(sessionId, 2, []))
          yield* told(sessions.remove(asAlice, sessionId))
        })
    )

    it.scoped("tells of a change that came before the wait, and of many at once", () =>
      Effect.gen(function* () {
        const signals = yield* SessionSignals
        const sessionId = yield* newSession
        const key = yield* begun(sessionId, "q")
        const wait = yield* signals.listen(sessionId)
        yield* write(
          key,
          Array.makeBy(60, () => [text("a")] as const)
        )
        yield* soon(wait)
        const isQuick = Effect.map(Effect.timeoutOption(wait, "150 millis"), Option.isSome)
        const quick = yield* Effect.iterate(0, {
          while: (count) => count >= 0 && count < 30,
          body: (count) => Effect.map(isQuick, (one) => (one ? count + 1 : -1))
        })
        // Of many changes it told few times.
        assert.strictEqual(quick, -1)
      })
    )

    it.effect("takes hundreds of listeners", () =>
      Effect.gen(function* () {
        const signals = yield* SessionSignals
        const sessionId = yield* newSession
        for (const round of [1, 2]) {
          yield* Effect.scoped(
            Effect.gen(function* () {
              const waits = yield* Effect.replicateEffect(signals.listen(sessionId), 500)
              const waiting = yield* Effect.forkAll(waits.map(soon))
              yield* end(yield* begun(sessionId, `q${round}`))
              yield* Fiber.join(waiting)
            })
          )
        }
      })
    )

    it.scoped("comes back by itself after some seconds", () =>
      Effect.gen(function* () {
        const signals = yield* SessionSignals
        const wait = yield* signals.listen(yield* newSession)
        yield* Effect.timeout(wait, "25 seconds")
      })
    )
  })
}
