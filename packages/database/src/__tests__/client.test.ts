import { setTimeout } from "node:timers/promises"
import { inspect } from "node:util"
import { assert, layer } from "@effect/vitest"
import { UnavailableError } from "@workspace/domain"
import { sql } from "drizzle-orm"
import { integer, pgTable, text } from "drizzle-orm/pg-core"
import { Cause, Effect, Exit, Fiber, Layer } from "effect"
import { Database } from "../client.ts"
import { layerInMemory } from "../embedded.ts"
import { layerPostgres } from "../test-utils/index.ts"

const notes = pgTable("notes", { id: integer("id"), body: text("body") })

const createNotes = Effect.gen(function* () {
  const { client, query } = yield* Database
  yield* query(() =>
    client.execute(sql`create table notes (id integer constraint notes_id primary key, body text)`)
  )
})

const insert = (id: number, body: string) =>
  Effect.flatMap(Database, ({ client, query }) => query(() => client.insert(notes).values({ id, body })))

/** All that a log or an answer could show of an error. */
const shown = (error: Error) =>
  [
    inspect(error, { depth: null, showHidden: true }),
    String(error),
    error.stack,
    JSON.stringify(error),
    Cause.pretty(Cause.fail(error), { renderErrorCause: true }),
    inspect(Cause.die(error), { depth: null })
  ].join("\n")

// What holds for the server holds for the embedded database.
for (const [name, database] of [
  ["server", layerPostgres],
  ["embedded", layerInMemory()]
] as const) {
  layer(Layer.provideMerge(Layer.effectDiscard(createNotes), database), { timeout: "60 seconds" })(
    `Database on the ${name}`,
    (it) => {
      it.effect("tells which constraint was violated, and no stored value", () =>
        Effect.gen(function* () {
          yield* insert(1, "a secret")
          const error = yield* Effect.flip(Effect.asVoid(insert(1, "a secret")))
          assert.deepInclude(error, { _tag: "DatabaseError", code: "23505", constraint: "notes_id" })
          assert.include(error.message, "23505")
          assert.notMatch(shown(error), /secret|insert|\(1\)/i)
        })
      )

      it.effect("repeats no parameter that could not be read", () =>
        Effect.gen(function* () {
          const { client, query } = yield* Database
          const error = yield* Effect.flip(
            Effect.asVoid(query(() => client.execute(sql`select ${"a secret"}::integer`)))
          )
          assert.strictEqual(error.code, "22P02")
          assert.notMatch(shown(error), /secret|select/i)
        })
      )

      it.effect("names what is missing in the schema", () =>
        Effect.gen(function* () {
          const { client, query } = yield* Database
          const error = yield* Effect.flip(
            Effect.asVoid(query(() => client.execute(sql`select ${"a secret"} from nowhere`)))
          )
          assert.strictEqual(error.code, "42P01")
          assert.include(shown(error), 'relation "nowhere" does not exist')
          assert.notInclude(shown(error), "secret")
        })
      )

      it.effect("waits for a statement that has begun, though its fiber is interrupted", () =>
        Effect.gen(function* () {
          const { query } = yield* Database
          let ended = false
          const slow = () => setTimeout(50).then(() => (ended = true))
          const fiber = yield* Effect.fork(query(slow))
          yield* Effect.yieldNow()
          yield* Fiber.interrupt(fiber)
          assert.isTrue(ended)
        })
      )

      it.effect("passes on a failure that is not the database's", () =>
        Effect.gen(function* () {
          const { query } = yield* Database
          const error = yield* Effect.flip(query(() => Promise.reject(new Error("a bug"))))
          assert.strictEqual(error.code, undefined)
          assert.deepStrictEqual(error.cause, new Error("a bug"))
        })
      )

      it.effect("is unavailable when a statement is cancelled", () =>
        Effect.gen(function* () {
          const { client, query } = yield* Database
          const cancel = sql`do $$ begin raise exception 'a secret' using errcode = '57014'; end $$`
          const exit = yield* Effect.exit(query(() => client.execute(cancel)))
          assert.deepStrictEqual(exit, Exit.die(new UnavailableError({})))
        })
      )
    }
  )
}
