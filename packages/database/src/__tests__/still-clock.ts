import { Clock, Layer } from "effect"

/**
 * A clock that a test moves on, so that a slow machine makes no message wait too long for the others. Sleeps take the
 * time that they take.
 */
export const makeStillClock = () => {
  let now = 0n
  const clock: Clock.Clock = Object.assign(Clock.make(), { unsafeCurrentTimeNanos: () => now })
  return {
    layer: Layer.setClock(clock),
    pass: (seconds: number) => {
      now += BigInt(seconds) * 1_000_000_000n
    }
  }
}
