import { ImportsBusyError } from "@workspace/contracts"
import type { UserId } from "@workspace/domain"
import { type Duration, Effect, type Option, RcMap, type Scope } from "effect"

/** Given back with the scope; also when the wait for it is given up just when it comes. */
const take = (places: Effect.Semaphore): Effect.Effect<void, never, Scope.Scope> =>
  Effect.suspend(() => {
    let taken = 0
    return Effect.zipRight(
      Effect.addFinalizer(() => places.release(taken)),
      Effect.uninterruptibleMask((restore) =>
        Effect.map(restore(places.take(1)), (count) => {
          taken = count
        })
      )
    )
  })

/**
 * A number of places, each taken until a scope closes, and so many of them at most by one caller. Who finds none waits in
 * line, and is refused when it takes too long.
 */
export const make = Effect.fnUntraced(function* (options: {
  readonly count: number
  readonly perCaller: number
  readonly patience: Duration.DurationInput
}) {
  const all = yield* Effect.makeSemaphore(options.count)
  const ofCaller = yield* RcMap.make({
    lookup: (_: Option.Option<UserId>) => Effect.makeSemaphore(options.perCaller)
  })
  return (caller: Option.Option<UserId>): Effect.Effect<void, ImportsBusyError, Scope.Scope> =>
    RcMap.get(ofCaller, caller).pipe(
      Effect.flatMap(take),
      Effect.zipRight(take(all)),
      Effect.timeoutFail({ duration: options.patience, onTimeout: () => new ImportsBusyError() })
    )
})
