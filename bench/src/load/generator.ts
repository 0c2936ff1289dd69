import { fileURLToPath } from "node:url"
import { Effect } from "effect"
import { BenchError } from "../bench-error.ts"
import { startWorker } from "../worker.ts"
import { type Load, Loaded } from "./exchange.ts"

const main = fileURLToPath(new URL("./main.ts", import.meta.url))

/**
 * The process that makes the requests. undici and not autocannon: that one cuts off what is on its way when the time is
 * over, shares requests out among the connections beforehand, ends on whole seconds, and takes several times the CPU for
 * a long answer, which it copies. On two cores the generator's CPU is missing elsewhere.
 */
export const startGenerator = Effect.gen(function* () {
  const worker = yield* startWorker("The load generator", {
    node: process.execPath,
    args: ["--import", "tsx", main],
    cwd: fileURLToPath(new URL("../..", import.meta.url))
  })
  /** Fails when any exchange did. */
  return (load: Load) =>
    worker.ask(Loaded, load).pipe(
      Effect.filterOrFail(
        ({ count, failures }) => failures === 0 && count > 0,
        ({ count, failures, firstFailure }) =>
          new BenchError({
            message: `${failures} of ${count + failures} exchanges failed. The first: ${firstFailure}`
          })
      )
    )
})

export type Generator = Effect.Effect.Success<typeof startGenerator>
