import type { Measure } from "./measures.ts"
import { type RoundResult, type Spread, spread } from "./statistics.ts"

/** A measure with what its rounds came to. */
export interface Measured {
  readonly measure: Measure
  readonly rounds: ReadonlyArray<RoundResult>
}

const isSameWork = (a: Measure, b: Measure) => a.name === b.name && a.connections === b.connections

/** One line of the report: over all rounds, and beside what the plain server took in the same round. */
const summarize = ({ measure, rounds }: Measured, all: ReadonlyArray<Measured>) => {
  const { bytes, connections, name, server } = measure
  const over = (key: keyof RoundResult) => spread(rounds.map((round) => round[key]))
  const plain = all.find(
    (other) => other.measure.server.name === "plain" && isSameWork(other.measure, measure)
  )
  const timesPlain =
    plain === undefined
      ? undefined
      : spread(rounds.map(({ p50 }, index) => p50 / (plain.rounds[index]?.p50 ?? Number.NaN)))
  return {
    name,
    bytes,
    connections,
    server: server.name,
    min: over("min"),
    p50: over("p50"),
    p95: over("p95"),
    max: over("max"),
    perSecond: over("perSecond"),
    timesPlain,
    rounds
  }
}

export const summarizeAll = (all: ReadonlyArray<Measured>) => all.map((measured) => summarize(measured, all))

const digits = (value: number) =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)

const cell = (value: Spread | undefined) =>
  value === undefined ? "" : `${digits(value.median)} (${digits(value.min)}–${digits(value.max)})`

const heading = [
  "measure",
  "conns",
  "server",
  "min ms",
  "p50 ms",
  "p95 ms",
  "max ms",
  "requests/s",
  "p50 × plain"
]

/** One table: medians over the rounds with the least and the greatest. */
export const table = (lines: ReturnType<typeof summarizeAll>): string => {
  const rows = lines.map((line) => [
    `${line.name}${line.bytes === undefined ? "" : ` (${Math.ceil(line.bytes / 1_000)} kB)`}`,
    String(line.connections),
    line.server,
    ...[line.min, line.p50, line.p95, line.max, line.perSecond].map(cell),
    line.server === "plain" ? "" : cell(line.timesPlain)
  ])
  const all = [heading, ...rows]
  const widths = heading.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  return all
    .map((row) =>
      row
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd()
    )
    .join("\n")
}
