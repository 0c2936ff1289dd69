import { type SQL, sql } from "drizzle-orm"
import { Effect, Schema } from "effect"
import { Database } from "../client.ts"

const Explained = Schema.Struct({ rows: Schema.Array(Schema.Struct({ "QUERY PLAN": Schema.String })) })

/** What an `explain` statement says. One query at a time keeps to one connection, which has the statements that a repository prepared. */
const saidBy = Effect.fnUntraced(function* (statement: SQL) {
  const { client, query } = yield* Database
  const explained = yield* query(() => client.execute(statement))
  const { rows } = yield* Schema.decodeUnknown(Explained)(explained)
  return rows.map((row) => row["QUERY PLAN"]).join("\n")
})

/** The plan of a statement, which is not run. */
export const planOf = (execute: SQL) => saidBy(sql`explain ${execute}`)

/** The plan of a statement with the rows that it met when it was run. */
export const analyzed = (execute: SQL) =>
  saidBy(sql`explain (analyze, costs off, buffers off, timing off, summary off) ${execute}`)

/** Plans for each value, or one for all, from here on. */
export const withPlanCacheMode = Effect.fnUntraced(function* (mode: string) {
  const { client, query } = yield* Database
  yield* query(() => client.execute(sql`select set_config('plan_cache_mode', ${mode}, false)`))
})

/** Plans depend on what is known of the tables, and it is chance when autovacuum comes to know more. */
export const withoutAutovacuum = Effect.flatMap(Database, ({ client, query }) =>
  query(() =>
    client.execute(sql`
      do $$ declare found regclass; begin
        for found in select oid from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace loop
          execute format('alter table %s set (autovacuum_enabled = off)', found);
        end loop;
      end $$`)
  )
)
