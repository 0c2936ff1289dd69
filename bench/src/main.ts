import { cpus, loadavg, totalmem } from "node:os"
import { fileURLToPath } from "node:url"
import { FileSystem } from "@effect/platform"
import { NodeContext, NodeRuntime } from "@effect/platform-node"
import { freshDatabase, postgresServer } from "@workspace/database/test-utils"
import { Array, Cause, Console, Effect, Exit } from "effect"
import { BenchError } from "./bench-error.ts"
import { keepAlive } from "./client.ts"
import { load } from "./data.ts"
import { connect, describeServer } from "./database.ts"
import { listMeasures, searchMeasures, unchangedMeasures } from "./list-measures.ts"
import { type Measure, measureOnce, resumeMeasures, sendMeasures } from "./measures.ts"
import { explainAll, summary } from "./plans.ts"
import { summarizeAll, table } from "./report.ts"
import { startApi, startPlain } from "./servers.ts"

const roundCount = 5
const results = fileURLToPath(new URL("../results", import.meta.url))

/** All measures in turn, over and over. A first round warms up and does not count. */
const measureAll = Effect.fnUntraced(function* (measures: ReadonlyArray<Measure>) {
  const agent = yield* keepAlive
  const rounds = yield* Effect.forEach(Array.range(0, roundCount), (round) =>
    Effect.zipRight(
      Console.error(round === 0 ? "Warming up" : `Round ${round} of ${roundCount}`),
      Effect.forEach(measures, (measure) => measureOnce(agent, measure, round))
    )
  )
  return measures.map((measure, index) => ({
    measure,
    rounds: rounds.slice(1).flatMap((round) => Array.fromNullable(round[index]))
  }))
})

const machine = () => ({
  cpu: `${cpus().length} × ${cpus()[0]?.model.trim()}`,
  memoryGb: Math.round(totalmem() / 2 ** 30),
  loadAverage: loadavg()[0],
  node: process.version
})

const bench = Effect.gen(function* () {
  const startedAt = new Date().toISOString()
  const before = machine()
  // Statements are to be seen whole when they are explained.
  const serverUrl = yield* postgresServer({ settings: { track_activity_query_size: "16384" } })
  const url = yield* freshDatabase(serverUrl)
  const api = yield* startApi(url)
  const plain = yield* startPlain(url)
  const client = yield* connect(url)
  const postgres = yield* describeServer(client)
  const messages = yield* load(client)
  yield* Console.error(`Loaded ${messages} messages`)
  const servers = [api, plain] as const
  const reads = yield* Effect.all([
    resumeMeasures(servers),
    unchangedMeasures(servers),
    listMeasures(servers),
    searchMeasures(api)
  ])
  const plans = yield* explainAll(api, client)
  const measuredReads = yield* measureAll(reads.flat())
  // What they write moves the pages that are read above.
  const measuredWrites = yield* measureAll(sendMeasures(api))
  const lines = summarizeAll([...measuredReads, ...measuredWrites])
  const report = {
    startedAt,
    machine: before,
    postgres,
    server: "bundle of apps/api",
    messages,
    rounds: roundCount,
    lines,
    plans
  }
  const files = yield* FileSystem.FileSystem
  const file = `${results}/${startedAt.replaceAll(":", "-")}.json`
  yield* files.makeDirectory(results, { recursive: true })
  yield* files.writeFileString(file, `${JSON.stringify(report, undefined, 2)}\n`)
  yield* Console.log(
    [
      `${before.cpu}, ${before.memoryGb} GiB, load ${before.loadAverage?.toFixed(1)}; Node ${before.node}; PostgreSQL ${postgres}`,
      `big ocean: the bundle of apps/api; plain: node:http, pg and one JSON.stringify. ${messages} messages.`,
      `Medians of ${roundCount} rounds (least–greatest). No exchange failed.`,
      "",
      table(lines),
      "",
      "What PostgreSQL reads for big ocean when it plans for these parameters; in full in the file:",
      ...plans.map(summary),
      "",
      file
    ].join("\n")
  )
}).pipe(
  Effect.scoped,
  Effect.timeoutFail({
    duration: "10 minutes",
    onTimeout: () => new BenchError({ message: "The run took longer than 10 minutes" })
  })
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
