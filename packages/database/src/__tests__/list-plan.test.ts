import { assert, it } from "@effect/vitest"
import { Caller, UserId } from "@workspace/domain"
import { listOf } from "@workspace/domain/test-utils"
import { sql } from "drizzle-orm"
import { Effect, Layer } from "effect"
import { Database } from "../client.ts"
import * as SessionRepositoryPg from "../repositories/session-repository.ts"
import { messages } from "../schema.ts"
import { layerPostgres } from "../test-utils/layers.ts"
import { analyzed, withoutAutovacuum, withPlanCacheMode } from "./plans.ts"

const sessionsOfOne = 10_000
const messagesEach = 20
// Each statement has its time limit.
const parts = 20

const caller = Caller.User({ userId: UserId.make("one") })

/** No status, no agent, no product, however far, any time. */
const filter = sql`'one', null, null, null, null, null, null, null, null, null, null, '-infinity', 'infinity', '-infinity', 'infinity'`

/** 10,000 sessions of one user with 200,000 messages, and as many sessions of others; `the` is in all messages. */
const fill = Effect.gen(function* () {
  yield* withoutAutovacuum
  const { client, query } = yield* Database
  yield* query(() =>
    client.execute(sql`
      insert into sessions (id, user_id, agent, title, status, precision_openness, precision_conscientiousness,
        precision_extraversion, precision_agreeableness, precision_neuroticism, scored_through,
        message_count, questions_through, metadata, version, created_at, updated_at)
      select 'session_' || s, case when s % 2 = 0 then 'one' else 'user ' || s % 99 end, 'nerin', 'Talk ' || s,
        'active', 0.5, 0.5, 0.5, 0.5, 0.5, 0, ${messagesEach}, ${messagesEach}, '{}', 1, '2030-01-01', timestamptz '2030-01-01'
          + (s * 7919 % ${2 * sessionsOfOne}::int) * interval '1 second'
      from generate_series(1, ${2 * sessionsOfOne}::int) s`)
  )
  for (let part = 0; part < parts; part++) {
    yield* query(() =>
      client.execute(sql`
        insert into messages (session_id, sequence, id, role, content, metadata, created_at)
        select 'session_' || s, q, 'm' || q, 'user',
          'the ' || s || case when s % 2000 = 0 and q = 1 then ' needle' else '' end, '{}', now()
        from generate_series(2, ${2 * sessionsOfOne}::int, 2) s, generate_series(1, ${messagesEach}::int) q
        where s / 2 % ${parts}::int = ${part}::int`)
    )
  }
  yield* query(() => client.execute(sql`vacuum analyze`))
})

const filledWithPlanCacheMode = Effect.fnUntraced(function* (mode: string) {
  const { client, query } = yield* Database
  if ((yield* query(() => client.$count(messages))) === 0) yield* fill
  yield* withPlanCacheMode(mode)
})

const layer = SessionRepositoryPg.layer.pipe(Layer.provideMerge(layerPostgres))

// One query at a time keeps to one connection, which has the statements that the repository prepared.
it.layer(layer, { timeout: "60 seconds" })("lists", (it) => {
  it.effect.each(["force_custom_plan", "force_generic_plan"])(
    "read the first and the last page of 10,000 sessions from their places in the index, without a sort: %s",
    (mode) =>
      Effect.gen(function* () {
        yield* filledWithPlanCacheMode(mode)
        const list = yield* listOf(caller, { limit: 50, status: "active" })
        assert.strictEqual(list.count, sessionsOfOne)
        for (const [begin, rows] of [
          [sql`'infinity', ''`, 51],
          // The last 50 of them.
          [sql`'2030-01-01T00:01:40Z', 'session_'`, 50]
        ] as const) {
          const plan = yield* analyzed(sql`execute session_list(${filter}, ${filter}, ${begin}, 0, 51)`)
          assert.match(
            plan,
            new RegExp(
              String.raw`Index Scan using idx_sessions_user_updated on sessions sessions_2 \(actual rows=${rows}[ .].*\n.*Index Cond: .*ROW\(updated_at, id\) <`
            )
          )
          assert.notMatch(plan, /Sort|Seq Scan|Rows Removed/)
          // What is counted is not counted again.
          assert.match(plan, /messages_pkey on messages \(never executed\)/)
        }
      }),
    60_000
  )

  it.effect.each(["force_custom_plan", "force_generic_plan"])(
    "find words in 200,000 messages through the indexes, also those that all of them have: %s",
    (mode) =>
      Effect.gen(function* () {
        yield* filledWithPlanCacheMode(mode)
        for (const [q, count] of [
          ["needle", 10],
          ["the", sessionsOfOne],
          ['"the the"', sessionsOfOne],
          ["the -needle", sessionsOfOne]
        ] as const) {
          const words = sql`${q}, ${q}`
          for (const [narrowed, execute] of [
            [{}, sql`execute session_search_whole(${words}, 'one', 'infinity', '', 51, 0)`],
            [{ status: "active" }, sql`execute session_search(${words}, ${filter}, 'infinity', '', 51, 0)`]
          ] as const) {
            const list = yield* listOf(caller, { limit: 50, q, ...narrowed })
            assert.strictEqual(list.count, count)
            const plan = yield* analyzed(execute.inlineParams())
            assert.include(plan, "Bitmap Index Scan on idx_messages_content_search")
            assert.include(plan, "Bitmap Index Scan on idx_sessions_title_search")
            assert.notMatch(plan, /Seq Scan|lossy|Rows Removed by Index Recheck/)
            // The sessions of the user are read once, and not again for the page.
            assert.isAtMost(plan.split("idx_sessions_user_updated").length - 1, 1)
          }
        }
      }),
    60_000
  )

  // Left to itself PostgreSQL plans the first five times for the parameters, and then perhaps for all.
  it.effect.each(["force_custom_plan", "auto"])(
    "read a page from its place in the index also for a user with all sessions: %s",
    (mode) =>
      Effect.gen(function* () {
        yield* filledWithPlanCacheMode(mode)
        const { client, query } = yield* Database
        yield* query(() => client.execute(sql`delete from sessions where user_id <> 'one'`))
        yield* query(() => client.execute(sql`vacuum analyze sessions`))
        yield* Effect.replicateEffect(listOf(caller, { limit: 50 }), 7)
        const whole = yield* analyzed(sql`execute session_list_whole('one', 'one', 'infinity', '', 0, 51)`)
        // What is counted is counted in the index, and no row is read for it.
        assert.match(whole, /Index Only Scan using idx_sessions_user_updated on sessions \(actual rows=10000/)
        assert.match(
          whole,
          /Index Scan using idx_sessions_user_updated on sessions sessions_2 \(actual rows=51/
        )
        assert.notInclude(whole, "Sort")
        yield* Effect.replicateEffect(listOf(caller, { limit: 50, status: "active" }), 7)
        const plan = yield* analyzed(sql`execute session_list(${filter}, ${filter}, 'infinity', '', 0, 51)`)
        assert.match(
          plan,
          /Index Scan using idx_sessions_user_updated on sessions sessions_2 \(actual rows=51/
        )
        assert.notInclude(plan, "Sort")
      }),
    60_000
  )
})
