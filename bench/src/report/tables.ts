import { contenders } from "../measures/names.ts"
import type { Profile } from "../profile/profiles.ts"
import { type Line, type Metric, over, ratio } from "../rounds.ts"
import type { Spread } from "../statistics.ts"
import type { Judged } from "../targets.ts"
import { digits, table } from "./markdown.ts"

const whole = (value: Spread | undefined) =>
  value === undefined ? "–" : `${digits(value.median)} (${digits(value.min)}–${digits(value.max)})`

const median = (value: Spread | undefined) => (value === undefined ? "–" : digits(value.median))

const verdict = ({ atMost, found, goal }: Judged) => {
  if (found === undefined) return "no figure"
  const missed = atMost ? found.median / goal - 1 : 1 - found.median / goal
  return missed <= 0 ? "met" : `missed by ${Math.ceil(missed * 100)} %`
}

/** Each target, what was found, and by how much it is missed. */
export const targetTable = (judged: ReadonlyArray<Judged>): string =>
  table(
    ["target", "wanted", "found", ""],
    judged.map((one) => [one.what, `${one.atMost ? "≤" : "≥"} ${one.goal}`, whole(one.found), verdict(one)])
  )

const cells = (lines: ReadonlyArray<Line>, line: Line) => {
  const of = (metric: Metric) => over(line, metric)
  const times = (metric: Metric) =>
    line.contender === contenders.byHand
      ? undefined
      : ratio(lines, metric, [line.name, line.contender], [line.name, contenders.byHand])
  return [
    line.name,
    line.contender,
    whole(times("perSecond")),
    whole(times("cpu")),
    whole(of("perSecond")),
    median(of("p50")),
    median(of("p95")),
    median(of("cpu")),
    median(of("postgresCpu"))
  ]
}

const heading = [
  "measure",
  "of",
  "× by hand",
  "CPU × by hand",
  "per second",
  "p50 ms",
  "p95 ms",
  "CPU µs",
  "PostgreSQL µs"
]

/** Ratios that nobody asked for. */
export const ratioTable = (judged: ReadonlyArray<Judged>): string =>
  table(
    ["measure", "found"],
    judged.map(({ found, what }) => [what, whole(found)])
  )

const leastShare = 0.01

/** Whose code takes how much of the time, of each kind of request; what takes next to none is left out. */
export const profileTable = (profiles: ReadonlyArray<Profile>): string => {
  const owners = [...new Set(profiles.flatMap(({ shares }) => shares.map(([owner]) => owner)))]
  const rows = owners
    .map((owner) => ({ owner, shares: profiles.map(({ shares }) => new Map(shares).get(owner) ?? 0) }))
    .filter(({ shares }) => Math.max(...shares) >= leastShare)
  return table(
    ["code of", ...profiles.map(({ name }) => name)],
    rows.map(({ owner, shares }) => [owner, ...shares.map((share) => `${(share * 100).toFixed(1)} %`)])
  )
}

/** All figures: ratios first, then medians over the rounds with the least and the greatest. */
export const figureTable = (lines: ReadonlyArray<Line>): string =>
  table(
    heading,
    lines.map((line) => cells(lines, line)),
    2
  )
