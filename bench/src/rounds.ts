import { Console, Effect } from "effect"
import type { Measure, Result } from "./measures/measure.ts"
import type { Sample } from "./sample.ts"
import { type Spread, spread } from "./statistics.ts"

/** All rounds of one measure of one contender. */
export interface Line {
  readonly name: string
  readonly contender: string
  readonly rounds: ReadonlyArray<Sample>
}

const lines = (rounds: ReadonlyArray<ReadonlyArray<Result>>): ReadonlyArray<Line> => {
  const found = new Map<string, { name: string; contender: string; rounds: Array<Sample> }>()
  for (const { contender, name, sample } of rounds.flat()) {
    const key = `${name}\n${contender}`
    const line = found.get(key) ?? { name, contender, rounds: [] }
    line.rounds.push(sample)
    found.set(key, line)
  }
  return Array.from(found.values())
}

/** All measures in turn, over and over. A first round warms up and does not count. */
export const measureAll = Effect.fnUntraced(function* <E, R>(
  measures: ReadonlyArray<Measure<E, R>>,
  count: number
) {
  const rounds = yield* Effect.forEach(
    Array.from({ length: count + 1 }, (_, round) => round),
    (round) =>
      Effect.zipRight(
        Console.error(round === 0 ? "Warming up" : `Round ${round} of ${count}`),
        Effect.forEach(measures, (measure) => measure(round))
      )
  )
  return lines(rounds.slice(1).map((round) => round.flat()))
})

export type Metric = "perSecond" | "p50" | "p95" | "cpu" | "postgresCpu"

const find = (all: ReadonlyArray<Line>, name: string, contender: string) =>
  all.find((line) => line.name === name && line.contender === contender)

/** A figure over all rounds; nothing where it is not known. */
export const over = (line: Line, metric: Metric): Spread | undefined => {
  const values = line.rounds.flatMap((sample) => sample[metric] ?? [])
  return values.length === 0 ? undefined : spread(values)
}

/** One side of a comparison: which measure, and of whom. */
export type Side = readonly [name: string, contender: string]

/** How often the one figure is in the other, round by round; nothing where one of them is missing. */
export const ratio = (
  all: ReadonlyArray<Line>,
  metric: Metric,
  one: Side,
  other: Side
): Spread | undefined => {
  const above = find(all, ...one)
  const below = find(all, ...other)
  const values = (above?.rounds ?? []).flatMap((sample, round) => {
    const quotient = (sample[metric] ?? Number.NaN) / (below?.rounds[round]?.[metric] ?? Number.NaN)
    return Number.isFinite(quotient) ? [quotient] : []
  })
  return values.length === 0 ? undefined : spread(values)
}
