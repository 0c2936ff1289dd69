import { randomUUID } from "node:crypto"
import { Effect, Schedule } from "effect"
import { Client, DatabaseError } from "pg"
import { PostgresServerError } from "./server-user.ts"

const explain = (cause: unknown) =>
  cause instanceof DatabaseError && cause.code === "42501"
    ? "The role of TEST_DATABASE_URL may not create databases: alter role … createdb."
    : `The test server refused: ${cause}`

const administer = (serverUrl: string, statement: (name: string) => string, name: string) =>
  Effect.tryPromise({
    try: async () => {
      const client = new Client({ connectionString: serverUrl, connectionTimeoutMillis: 30_000 })
      try {
        await client.connect()
        await client.query(statement(client.escapeIdentifier(name)))
      } finally {
        await client.end()
      }
    },
    catch: (cause) => new PostgresServerError({ message: explain(cause), cause })
  })

// The server waits five seconds for those whom it has ended, and a busy machine longer for the last of their writes.
const isInUse = ({ cause }: PostgresServerError) => cause instanceof DatabaseError && cause.code === "55006"

/** The URL of an empty database on the server, dropped with the scope, whoever is still connected. */
export const freshDatabase = (serverUrl: string) =>
  Effect.acquireRelease(
    Effect.gen(function* () {
      const name = `big_ocean_test_${randomUUID().replaceAll("-", "")}`
      yield* administer(serverUrl, (id) => `create database ${id} encoding 'UTF8' template template0`, name)
      return name
    }),
    (name) =>
      administer(serverUrl, (id) => `drop database if exists ${id} with (force)`, name).pipe(
        Effect.retry({ while: isInUse, schedule: Schedule.recurs(5) }),
        Effect.orDie
      )
  ).pipe(
    Effect.map((name) => {
      const url = new URL(serverUrl)
      url.pathname = `/${name}`
      return url.href
    })
  )
