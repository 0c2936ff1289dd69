import { contenders } from "../measures/names.ts"
import { type Line, over } from "../rounds.ts"
import { type Chart, draw } from "./chart.ts"

const kinds = [
  { name: "append", color: "#0b6e99" },
  { name: "resume", color: "#b8500b" }
]

const chartOf = (lines: ReadonlyArray<Line>, title: string, axis: string, pattern: RegExp): Chart => ({
  title,
  axis,
  series: kinds.map(({ color, name }) => ({
    name,
    color,
    points: lines.flatMap((line) => {
      const [, kind, at] = pattern.exec(line.name) ?? []
      const value = over(line, "perSecond")
      return kind === name && line.contender === contenders.ours && value !== undefined
        ? [{ at: Number(at), value: value.median }]
        : []
    })
  }))
})

/** What grows costs: a second's appends and resumes against the length of a session and the number of sessions. */
export const growthChart = (lines: ReadonlyArray<Line>): string =>
  draw([
    chartOf(
      lines,
      "Requests a second, by length",
      "messages of the session",
      /^(append|resume).* a session of (\d+)$/
    ),
    chartOf(
      lines,
      "Requests a second, by number",
      "sessions in the database",
      /^(append|resume) .*one of (\d+) sessions$/
    )
  ])
