import { Console, Effect } from "effect"
import type { BenchError } from "../bench-error.ts"

/**
 * Why a peer has no figures, or no more of them: the first thing that went wrong with it. A peer that does not work is a
 * line of the report and no reason to end the run.
 */
export const makeTroubles = () => {
  const reasons = new Map<string, string>()
  const noted =
    (peer: string) =>
    <A, R>(effect: Effect.Effect<A, BenchError, R>) =>
      reasons.has(peer)
        ? Effect.succeedNone
        : Effect.asSome(effect).pipe(
            Effect.catchAll(({ message }) => {
              reasons.set(peer, message)
              return Effect.zipRight(Console.error(`${peer}: ${message}`), Effect.succeedNone)
            })
          )
  return { reasons, noted }
}

export type Troubles = ReturnType<typeof makeTroubles>
