import { Deferred, Effect, Queue, Ref } from "effect"

/**
 * Lets so many effects run at once; the others wait, each for its turn. Who gives up waiting does so at once. A
 * thousand who wait cost nothing, which cannot be said of a semaphore: that wakes all of them for each turn.
 */
export const make = Effect.fnUntraced(function* (atOnce: number) {
  const jobs = yield* Queue.unbounded<Effect.Effect<void>>()
  yield* Queue.take(jobs).pipe(
    Effect.flatten,
    Effect.forever,
    Effect.forkScoped,
    Effect.replicateEffect(atOnce, { discard: true })
  )
  return Effect.fnUntraced(function* <A, E>(effect: Effect.Effect<A, E>): Effect.fn.Return<A, E> {
    const result = yield* Deferred.make<A, E>()
    const isWanted = yield* Ref.make(true)
    const job = Effect.whenEffect(Effect.intoDeferred(effect, result), Ref.get(isWanted))
    yield* Queue.offer(jobs, Effect.asVoid(job))
    return yield* Effect.onInterrupt(Deferred.await(result), () => Ref.set(isWanted, false))
  })
})
