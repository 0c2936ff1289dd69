import { PrecisionKeeper } from "@workspace/domain"
import { type Cause, Duration, Effect, Layer, Random } from "effect"
import { ScoringSignal } from "./scoring-signal.ts"

/** Replicas that start together do not look together. */
const about = (duration: Duration.DurationInput) =>
  Effect.flatMap(Random.nextRange(0.8, 1.2), (factor) => Effect.sleep(Duration.times(duration, factor)))

/**
 * Until the next look after so many failed ones: after none about a second, for what nobody gave a signal for, left behind by
 * a process that ended, or let go by a lease. A store that is away is asked once a second at most, and without a
 * signal ever more rarely, down to about every 5 seconds.
 */
const pause = (failures: number, signal: ScoringSignal["Type"]) =>
  failures === 0
    ? Effect.raceFirst(signal.await, about("1 second"))
    : Effect.zipRight(
        about("1 second"),
        Effect.raceFirst(signal.await, about(Duration.seconds(Math.min(2 ** (failures - 1), 5) - 1)))
      )

const failed = (failures: number) => (cause: Cause.Cause<never>) =>
  Effect.as(Effect.logWarning("The scores cannot follow the messages at the moment", cause), failures + 1)

/** Scores what is behind: now, at each signal, and about every second, until the scope closes. */
export const layer = Layer.scopedDiscard(
  Effect.gen(function* () {
    const keeper = yield* PrecisionKeeper
    const signal = yield* ScoringSignal
    const catchUp = Effect.repeat(keeper.catchUp, { until: (found) => found === 0 })
    yield* Effect.iterate(0, {
      while: () => true,
      body: (failures) =>
        Effect.as(catchUp, 0).pipe(
          Effect.catchAllCause(failed(failures)),
          Effect.tap((now) => pause(now, signal))
        )
    }).pipe(Effect.forkScoped)
  })
)
