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
