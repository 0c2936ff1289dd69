import { existsSync } from "node:fs"
import { dirname } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { startProcess } from "@workspace/locks/test-utils"
import { Effect } from "effect"
import { Client } from "pg"
import { inject } from "vitest"
import { freshDatabase } from "../test-utils/index.ts"
import { eventually } from "./observe.ts"
import { program } from "./processes/program.ts"

const session = (url: string) =>
  Effect.acquireRelease(
    Effect.tryPromise(async () => {
      const client = new Client({ connectionString: url, connectionTimeoutMillis: 30_000 })
      client.on("error", () => undefined)
      await client.connect()
      return client
    }),
    (client) => Effect.promise(() => client.end())
  )

const ask = (url: string, statement: string) =>
  Effect.scoped(
    Effect.flatMap(session(url), (client) =>
      Effect.map(
        Effect.tryPromise(() => client.query({ text: statement, rowMode: "array" })),
        ({ rows }) => rows.flat()
      )
    )
  )

describe("postgresServer", () => {
  it.scopedLive("keeps what it acknowledges, in UTF-8", () =>
    Effect.gen(function* () {
      const url = yield* freshDatabase(inject("postgresUrl"))
      const settings =
        "select current_setting('fsync'), current_setting('synchronous_commit'), current_setting('server_encoding')"
      assert.deepStrictEqual(yield* ask(url, settings), ["on", "on", "UTF8"])
    })
  )

  it.scopedLive("gives each a database of its own, and drops it in use", () =>
    Effect.gen(function* () {
      const server = inject("postgresUrl")
      const names = yield* Effect.gen(function* () {
        const urls = yield* Effect.all([freshDatabase(server), freshDatabase(server)])
        yield* Effect.forEach(urls, session)
        return yield* Effect.forEach(urls, (url) => ask(url, "select current_database()"))
      }).pipe(Effect.scoped)
      assert.lengthOf(new Set(names.flat()), 2)
      const left = yield* ask(
        server,
        `select datname from pg_database where datname in ('${names.join("', '")}')`
      )
      assert.deepStrictEqual(left, [])
    })
  )
})

describe("a server of our own", () => {
  it.scopedLive("does not outlive a process that is killed", () =>
    Effect.gen(function* () {
      const owner = yield* startProcess(program, ["postgres"])
      const url = (yield* owner.nextLine) ?? ""
      const [folder] = yield* ask(url, "show data_directory")
      yield* owner.kill
      yield* eventually(Effect.isFailure(ask(url, "select 1")))
      yield* eventually(Effect.sync(() => !existsSync(dirname(String(folder)))))
    })
  )

  it.scopedLive("explains what a role lacks that may not create databases", () =>
    Effect.gen(function* () {
      const owner = yield* startProcess(program, ["postgres"])
      const url = (yield* owner.nextLine) ?? ""
      yield* ask(url, "create role humble login password 'humble'")
      const humble = Object.assign(new URL(url), { username: "humble", password: "humble" }).href
      const error = yield* Effect.flip(freshDatabase(humble))
      assert.include(error.message, "may not create databases")
    })
  )
})
