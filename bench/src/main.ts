import { fileURLToPath } from "node:url"
import { FileSystem } from "@effect/platform"
import { NodeContext, NodeRuntime } from "@effect/platform-node"
import { Cause, Console, DateTime, Effect, Exit } from "effect"
import { BenchError } from "./bench-error.ts"
import { machine } from "./machine.ts"
import { growthChart } from "./report/growth.ts"
import { type Findings, markdown } from "./report/report.ts"
import { measureAll } from "./rounds.ts"
import { type Settings, settingsOf, usage } from "./settings.ts"
import { setUp } from "./setup.ts"
import { judgeAll } from "./targets.ts"

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const results = here("../results")
const docs = here("../../docs")

const measure = Effect.fnUntraced(function* (settings: Settings) {
  const startedAt = DateTime.formatIso(yield* DateTime.now)
  const begun = performance.now()
  const before = machine()
  const { finish, measures, ...found } = yield* setUp(settings)
  const lines = yield* measureAll(measures, settings.rounds)
  const last = yield* finish
  const seconds = Math.round((performance.now() - begun) / 1_000)
  const findings: Findings = { startedAt, seconds, machine: before, settings, lines, ...found, ...last }
  return findings
}, Effect.scoped)

const write = Effect.fnUntraced(function* (findings: Findings) {
  const files = yield* FileSystem.FileSystem
  const { lines, peaks, settings, startedAt, troubles, ...rest } = findings
  const name = `${results}/${startedAt.replaceAll(":", "-")}`
  const chart = growthChart(lines)
  const found = {
    startedAt,
    ...rest,
    settings,
    targets: judgeAll(lines, peaks),
    peaks: Object.fromEntries(peaks),
    troubles: Object.fromEntries(troubles),
    lines
  }
  yield* files.makeDirectory(results, { recursive: true })
  yield* files.writeFileString(`${name}.json`, `${JSON.stringify(found, undefined, 2)}\n`)
  yield* files.writeFileString(`${name}.svg`, chart)
  yield* files.writeFileString(`${name}.md`, markdown(findings, `${name}.svg`))
  if (settings.writeDocs) {
    yield* files.makeDirectory(`${docs}/performance`, { recursive: true })
    yield* files.writeFileString(`${docs}/performance/growth.svg`, chart)
    yield* files.writeFileString(`${docs}/performance.md`, markdown(findings, "performance/growth.svg"))
  }
  yield* Console.log(`${markdown(findings, `${name}.svg`)}\n${name}.json`)
})

const bench = Effect.suspend(() => {
  const settings = settingsOf(process.argv.slice(2))
  return settings === undefined ? new BenchError({ message: usage }) : measure(settings)
}).pipe(
  Effect.timeoutFail({
    duration: "12 minutes",
    onTimeout: () => new BenchError({ message: "The run took longer than 12 minutes; there is --quick" })
  }),
  Effect.flatMap(write)
)

bench.pipe(
  Effect.tapErrorCause((cause) => Console.error(Cause.pretty(cause))),
  Effect.provide(NodeContext.layer),
  NodeRuntime.runMain({
    disableErrorReporting: true,
    // A run without a result is a failure, also when somebody stopped it.
    teardown: (exit, onExit) => onExit(Exit.isSuccess(exit) ? 0 : 1)
  })
)
