import { Effect } from "effect"
import { Client } from "pg"
import { BenchError } from "../bench-error.ts"
import * as statements from "../by-hand/statements.ts"
import { sessionsOf } from "../data/sessions.ts"
import { textOf } from "../data/texts.ts"
import { findPgbench, runPgbench } from "../pgbench.ts"
import type { Bench } from "./measure.ts"
import { contenders, names } from "./names.ts"

const clientCounts = [1, 8, 16, 32]

const appendOnce = async (client: Client, sessions: ReadonlyArray<string>, turn: number) => {
  const text = textOf(turn)
  const values = [
    ...[
      sessions[turn % sessions.length],
      null,
      `msg_limit-${process.pid}-${process.hrtime.bigint()}-${turn}`,
      "user",
      text
    ],
    ...["{}", text.slice(0, 70), null, new Date().toISOString()]
  ]
  const begun = performance.now()
  await client.query({ ...statements.append, values })
  return performance.now() - begun
}

/** What stands in for pgbench where there is none: the same statement from as many connections of this process. */
const runDriver = (databaseUrl: string, count: number, millis: number) =>
  Effect.tryPromise({
    try: async () => {
      const sessions = sessionsOf("append")
      const clients = Array.from(
        { length: count },
        () => new Client({ connectionString: databaseUrl, options: "-c random_page_cost=1.1" })
      )
      await Promise.all(clients.map((client) => client.connect()))
      const latencies: Array<number> = []
      let turn = 0
      const begun = performance.now()
      const work = async (client: Client) => {
        while (performance.now() - begun < millis) latencies.push(await appendOnce(client, sessions, turn++))
      }
      await Promise.all(clients.map(work))
      const elapsedMillis = performance.now() - begun
      await Promise.all(clients.map((client) => client.end()))
      return { count: latencies.length, elapsedMillis, latencies }
    },
    catch: (cause) => new BenchError({ message: `The limit: ${cause}`, cause })
  })

/** The same append without an API: what PostgreSQL can do. */
export const limitMeasures = ({ millis, sample }: Bench, databaseUrl: string) => {
  const pgbench = findPgbench()
  const run = (clients: number) =>
    pgbench === undefined
      ? runDriver(databaseUrl, clients, millis)
      : runPgbench(pgbench, databaseUrl, clients, Math.max(1, Math.round(millis / 1_000)))
  return {
    pgbench,
    measures: clientCounts.map(
      (clients) => () =>
        Effect.map(sample(run(clients)), (one) => [
          { name: names.limit(clients), contender: contenders.limit, sample: one }
        ])
    )
  }
}
