import { PrecisionKeeper } from "@workspace/domain"
import { Effect, Layer, Random, Schedule } from "effect"
import { ScoringSignal } from "./scoring-signal.ts"

/** What nobody gave a signal for: left behind by a process that ended, or let go by a lease. */
const untilNextLook = Effect.flatMap(Random.nextIntBetween(800, 1_200), (millis) => Effect.sleep(millis))

const whileAway = Schedule.exponential("1 second").pipe(
  Schedule.union(Schedule.spaced("30 seconds")),
  Schedule.jittered
)

/** Scores what is behind: now, at each signal, and about every second, until the scope closes. */
export const layer = Layer.scopedDiscard(
  Effect.gen(function* () {
    const keeper = yield* PrecisionKeeper
    const signal = yield* ScoringSignal
    yield* keeper.catchUp.pipe(
      Effect.repeat({ until: (taken) => taken === 0 }),
      Effect.sandbox,
      Effect.tapError((cause) =>
        Effect.logWarning("The scores cannot follow the messages at the moment", cause)
      ),
      Effect.retry(whileAway),
      Effect.zipRight(Effect.raceFirst(signal.await, untilNextLook)),
      Effect.forever,
      Effect.forkScoped
    )
  })
)
