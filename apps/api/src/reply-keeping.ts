import { ReplyKeeper } from "@workspace/domain"
import { Effect, Layer, Random, Schedule } from "effect"
import { everyFewMinutes } from "./sweeping.ts"

const untilNextLook = Effect.flatMap(Random.nextIntBetween(800, 1_200), (millis) => Effect.sleep(millis))

const whileAway = Schedule.exponential("1 second").pipe(
  Schedule.union(Schedule.spaced("30 seconds")),
  Schedule.jittered
)

/**
 * Ends the replies that a process left behind, about a second after their lease is over, and sweeps what nobody
 * reads any more every few minutes, until the scope closes.
 */
export const layer = Layer.scopedDiscard(
  Effect.gen(function* () {
    const keeper = yield* ReplyKeeper
    yield* keeper.endAbandoned.pipe(
      Effect.repeat({ until: (ended) => ended === 0 }),
      Effect.sandbox,
      Effect.tapError((cause) =>
        Effect.logWarning("Replies that were left behind cannot be ended at the moment", cause)
      ),
      Effect.retry(whileAway),
      Effect.zipRight(untilNextLook),
      Effect.forever,
      Effect.forkScoped
    )
    yield* everyFewMinutes(keeper.sweep, {
      failure: "Replies could not be swept",
      hasMore: (swept) => swept > 0
    })
  })
)
