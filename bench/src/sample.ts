import { Effect } from "effect"
import type { BenchError } from "./bench-error.ts"
import { quantile } from "./statistics.ts"
import { cpuMillis, type PostgresCpu } from "./usage.ts"

/** What one round of one measure came to. */
export interface Sample {
  readonly perSecond: number
  /** Of one request, in milliseconds; unknown where only the whole is. */
  readonly p50?: number | undefined
  readonly p95?: number | undefined
  /** For one request, in microseconds: of who is measured, and of PostgreSQL. */
  readonly cpu?: number | undefined
  readonly postgresCpu?: number | undefined
}

/** What a run tells of itself. */
interface Ran {
  readonly count: number
  readonly elapsedMillis: number
  readonly latencies?: ReadonlyArray<number>
  /** Where it is the process itself that knows. */
  readonly cpuMillis?: number
}

const perRequest = (before: number | undefined, after: number | undefined, count: number) =>
  before === undefined || after === undefined ? undefined : ((after - before) / count) * 1_000

/** Looks at the processes before and after a run. */
export const sampled =
  (postgres: PostgresCpu) =>
  <E = BenchError, R = never>(run: Effect.Effect<Ran, E, R>, pids: ReadonlyArray<number> = []) =>
    Effect.gen(function* () {
      const before = { own: cpuMillis(pids), postgres: postgres() }
      const ran = yield* run
      const after = { own: cpuMillis(pids), postgres: postgres() }
      const { count, elapsedMillis, latencies } = ran
      const sample: Sample = {
        perSecond: (count / elapsedMillis) * 1_000,
        p50: latencies === undefined ? undefined : quantile(latencies, 0.5),
        p95: latencies === undefined ? undefined : quantile(latencies, 0.95),
        cpu:
          ran.cpuMillis === undefined
            ? perRequest(before.own, after.own, count)
            : perRequest(0, ran.cpuMillis, count),
        postgresCpu: perRequest(before.postgres, after.postgres, count)
      }
      return sample
    })

export type Sampler = ReturnType<typeof sampled>
