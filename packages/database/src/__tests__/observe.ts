import { assert } from "@effect/vitest"
import { UnavailableError } from "@workspace/domain"
import { Cause, Effect, HashMap, Logger, Schedule } from "effect"

/** The messages and annotations that were logged. */
export const recordLogs = () => {
  const lines: Array<string> = []
  const logger = Logger.make(({ message, annotations }) => {
    lines.push(JSON.stringify([message, HashMap.toEntries(annotations)]))
  })
  return { lines, layer: Logger.replace(Logger.defaultLogger, logger) }
}

/** Why the effect was unavailable: the one thing that is logged about it. */
export const reasonOf = <A, E>(effect: Effect.Effect<A, E>) =>
  Effect.gen(function* () {
    const logs = recordLogs()
    const cause = yield* Effect.flip(Effect.sandbox(effect)).pipe(Effect.provide(logs.layer))
    assert.isTrue(Cause.isDie(cause))
    assert.instanceOf(Cause.squash(cause), UnavailableError)
    const [line = "", ...others] = logs.lines
    assert.deepStrictEqual(others, [])
    return /^\[\["The database is not available"\],\[\["reason","([\w ]+)"\]\]\]$/.exec(line)?.[1]
  })

/** Asks again until it is true, or the test's time is over. */
export const eventually = <E, R>(condition: Effect.Effect<boolean, E, R>) =>
  Effect.repeat(condition, { until: (holds) => holds, schedule: Schedule.spaced("20 millis") })
