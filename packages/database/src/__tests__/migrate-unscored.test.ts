import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, it } from "@effect/vitest"
import { drizzle } from "drizzle-orm/node-postgres"
import { migrate } from "drizzle-orm/node-postgres/migrator"
import { Effect, Redacted, Schema } from "effect"
import { Client } from "pg"
import { inject } from "vitest"
import { migrationsFolder } from "../migrations-folder.ts"
import { migrateServer } from "../server-migration.ts"
import { freshDatabase } from "../test-utils/index.ts"

const Journal = Schema.parseJson(
  Schema.Struct({ entries: Schema.Array(Schema.Unknown) }, { key: Schema.String, value: Schema.Unknown })
)

/** The folder as it was when it had so many migrations. */
const firstMigrations = Effect.fnUntraced(function* (count: number) {
  const folder = yield* Effect.acquireRelease(
    Effect.promise(() => mkdtemp(join(tmpdir(), "big-ocean-migrations-"))),
    (directory) => Effect.promise(() => rm(directory, { recursive: true }))
  )
  yield* Effect.promise(() => cp(migrationsFolder, folder, { recursive: true }))
  const file = join(folder, "meta", "_journal.json")
  const journal = yield* Schema.decode(Journal)(yield* Effect.promise(() => readFile(file, "utf8")))
  const older = yield* Schema.encode(Journal)({ ...journal, entries: journal.entries.slice(0, count) })
  yield* Effect.promise(() => writeFile(file, older))
  return folder
})

it.scopedLive(
  "sessions without notes count as scored after the migration, and others wait for the scorer",
  () =>
    Effect.gen(function* () {
      const url = yield* freshDatabase(inject("postgresUrl"))
      const client = yield* Effect.acquireRelease(
        Effect.promise(async () => {
          const client = new Client({ connectionString: url })
          await client.connect()
          return client
        }),
        (client) => Effect.promise(() => client.end())
      )
      const run = (statement: string) => Effect.promise(() => client.query(statement))
      const older = yield* firstMigrations(3)
      yield* Effect.promise(() => migrate(drizzle(client), { migrationsFolder: older }))
      yield* run(
        `insert into sessions (id, agent, status, precision_openness, precision_conscientiousness,
         precision_extraversion, precision_agreeableness, precision_neuroticism, scored_through,
         message_count, metadata, version, created_at, updated_at)
       select id, 'nerin', 'active', 0.5, 0.5, 0.5, 0.5, 0.5, scored, count, '{}', 7, now(), now()
       from (values ('empty', 0, 0), ('plain', 0, 2), ('noted', 0, 2), ('scored', 1, 2), ('all', 2, 2))
         as made (id, scored, count)`
      )
      // Those that are noted, in their first message.
      yield* run(
        `insert into messages (session_id, sequence, id, role, content, metadata, created_at)
       select id, sequence, 'm' || sequence, 'user', 'x',
         case when id in ('noted', 'scored') and sequence = 1 then '{"assessment": {}}' else '{"a": 1}' end::jsonb, now()
       from sessions, generate_series(1, message_count) as sequence`
      )
      yield* migrateServer(Redacted.make(url))
      const { rows } = yield* run(
        "select id, scored_through as through, version, scoring_attempts as attempts from sessions order by id"
      )
      assert.deepStrictEqual(rows, [
        { id: "all", through: 2, version: 7, attempts: 0 },
        { id: "empty", through: 0, version: 7, attempts: 0 },
        { id: "noted", through: 0, version: 7, attempts: 0 },
        { id: "plain", through: 2, version: 8, attempts: 0 },
        { id: "scored", through: 2, version: 8, attempts: 0 }
      ])
    })
)
