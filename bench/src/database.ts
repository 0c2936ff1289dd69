import { Effect } from "effect"
import { Client } from "pg"
import { BenchError } from "./bench-error.ts"

export const database = <A>(what: string, run: () => Promise<A>) =>
  Effect.tryPromise({ try: run, catch: (cause) => new BenchError({ message: `${what}: ${cause}`, cause }) })

// The setting that both servers make on their connections.
const options = "-c random_page_cost=1.1"

/** A connection beside those of the servers. */
export const connect = (connectionString: string) =>
  Effect.acquireRelease(
    database("connect", async () => {
      const client = new Client({ connectionString, options })
      await client.connect()
      return client
    }),
    (client) => Effect.promise(() => client.end())
  )

/** The server's version, and whether it makes commits durable. */
export const describeServer = (client: Client) =>
  database("describe the server", async () => {
    const { rows } = await client.query<{ version: string; fsync: string; buffers: string }>(
      "select current_setting('server_version') as version, current_setting('fsync') as fsync, current_setting('shared_buffers') as buffers"
    )
    return rows
      .map(({ buffers, fsync, version }) => `${version} (fsync ${fsync}, shared_buffers ${buffers})`)
      .join()
  })

const seenStatement = `
select query from pg_stat_activity
where application_name = 'big-ocean' and datname = current_database() and query like '%"history"%'
  and octet_length(query) < pg_size_bytes(current_setting('track_activity_query_size')) - 1
limit 1`

/**
 * How PostgreSQL runs the history query of the API, as it saw it last on one of the API's connections.
 * Undefined when it keeps too little of its text.
 */
export const explainHistory = (client: Client, sessionId: string) =>
  database("explain", async () => {
    const { rows: seen } = await client.query<{ query: string }>(seenStatement)
    const [statement] = seen
    if (statement === undefined) return undefined
    await client.query(`prepare history as ${statement.query}`)
    const { rows } = await client.query<{ "QUERY PLAN": string }>(
      `explain (analyze, buffers, costs off) execute history ('${sessionId}', null, true)`
    )
    return rows.map((row) => row["QUERY PLAN"])
  })
