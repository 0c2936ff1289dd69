import { sql } from "drizzle-orm"
import { Effect } from "effect"
import { Database } from "../../client.ts"
import { layerEmbedded } from "../../embedded.ts"
import { say } from "./say.ts"

/** Writes 1, 2, 3 … and says each number when the database has acknowledged it. */
export const write = (directory: string) =>
  Effect.gen(function* () {
    const { client, query } = yield* Database
    yield* query(() => client.execute(sql`create table numbers (n integer)`))
    const next = (n: number) =>
      query(() => client.execute(sql`insert into numbers values (${n})`)).pipe(
        Effect.zipRight(say(String(n))),
        Effect.as(n + 1)
      )
    return yield* Effect.iterate(1, { while: () => true, body: next })
  }).pipe(Effect.provide(layerEmbedded({ directory })))
