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
where application_name = 'big-ocean' and datname = current_database() and query like $1
  and octet_length(query) < pg_size_bytes(current_setting('track_activity_query_size')) - 1
order by query_start desc
limit 1`

/**
 * How PostgreSQL runs a statement of the API with these parameters: the one that it saw last on one of the API's
 * connections and that looks like this. Undefined when it keeps too little of the text.
 */
export const explain = (client: Client, statementLike: string, parameters: string) =>
  database("explain", async () => {
    const { rows: seen } = await client.query<{ query: string }>(seenStatement, [statementLike])
    const [statement] = seen
    if (statement === undefined) return undefined
    await client.query(`prepare explained as ${statement.query}`)
    const { rows } = await client.query<{ "QUERY PLAN": string }>(
      `explain (analyze, buffers, costs off) execute explained (${parameters})`
    )
    await client.query("deallocate explained")
    return rows.map((row) => row["QUERY PLAN"])
  })
