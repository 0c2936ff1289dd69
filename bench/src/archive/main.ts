import { cpus, loadavg } from "node:os"
import { FileSystem } from "@effect/platform"
import { NodeContext, NodeRuntime } from "@effect/platform-node"
import { Cause, Console, Effect, Exit } from "effect"
import { fileMeasures } from "./file-measures.ts"
import { listMeasures } from "./list-measures.ts"
import { serverMeasures } from "./server-measures.ts"

/** What is measured, in turn: each gives the lines that it adds to the report. */
const bench = Effect.gen(function* () {
  const files = yield* FileSystem.FileSystem
  const directory = yield* files.makeTempDirectoryScoped({ prefix: "bench-archive-" })
  yield* Console.log(
    `${cpus().length} × ${cpus()[0]?.model.trim()}, load ${loadavg()[0]?.toFixed(1)}; Node ${process.version}`
  )
  for (const line of yield* fileMeasures(directory)) yield* Console.log(line)
  for (const line of yield* serverMeasures(directory)) yield* Console.log(line)
  for (const count of [1_000, 10_000]) yield* Console.log(yield* listMeasures(directory, count))
}).pipe(Effect.scoped)

bench.pipe(
  Effect.tapErrorCause((cause) => Console.error(Cause.pretty(cause))),
  Effect.provide(NodeContext.layer),
  NodeRuntime.runMain({
    disableErrorReporting: true,
    // A run without a result is a failure, also when somebody stopped it.
    teardown: (exit, onExit) => onExit(Exit.isSuccess(exit) ? 0 : 1)
  })
)
