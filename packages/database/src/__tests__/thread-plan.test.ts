import { assert, it } from "@effect/vitest"
import { Caller, ForkRepository, ResourceId, SessionId, ThreadRepository, UserId } from "@workspace/domain"
import { listOf } from "@workspace/domain/test-utils"
import { type SQL, sql } from "drizzle-orm"
import { DateTime, Effect, Layer } from "effect"
import { Database } from "../client.ts"
import * as ForkRepositoryPg from "../repositories/fork-repository.ts"
import * as SessionRepositoryPg from "../repositories/session-repository.ts"
import * as ThreadRepositoryPg from "../repositories/thread-repository.ts"
import { layerPostgres } from "../test-utils/layers.ts"
import { analyzed, withoutAutovacuum, withPlanCacheMode } from "./plans.ts"

const inStore = 10_000
const messagesEach = 10
const forksOfOne = 20
// Each statement has its time limit.
const parts = 10

const caller = Caller.User({ userId: UserId.make("one") })
const now = DateTime.unsafeMake("2030-01-01T00:00:00.000Z")

/** 10,000 sessions of one user with 100,000 messages, each with a thread; half of these are of one resource. One in 20 is a fork. */
const fill = Effect.gen(function* () {
  yield* withoutAutovacuum
  const { client, query } = yield* Database
  const run = (statement: SQL) => query(() => client.execute(statement))
  yield* run(sql`
    insert into sessions (id, user_id, agent, status, precision_openness, precision_conscientiousness,
      precision_extraversion, precision_agreeableness, precision_neuroticism, scored_through,
      message_count, parent_id, forked_at, metadata, version, created_at, updated_at)
    select 'session_' || s, 'one', 'nerin', 'active', 0.5, 0.5, 0.5, 0.5, 0.5, ${messagesEach}::int, ${messagesEach}::int,
      case when s % 20 = 0 then 'session_' || s % 500 + 1 end, case when s % 20 = 0 then 0 end,
      '{}', 1, '2030-01-01', timestamptz '2030-01-01' + s * interval '1 second'
    from generate_series(1, ${inStore}::int) s`)
  // The index of their words would take most of the time, and has no part in this.
  yield* run(sql`drop index idx_messages_content_search`)
  for (let part = 0; part < parts; part++) {
    yield* run(sql`
      insert into messages (session_id, sequence, id, role, content, metadata, created_at)
      select 'session_' || s, q, 'm' || q, 'user', 'x', '{}', now()
      from generate_series(1, ${inStore}::int) s, generate_series(1, ${messagesEach}::int) q
      where s % ${parts}::int = ${part}::int`)
  }
  yield* run(sql`
    insert into trait_estimates (session_id, through_sequence, traits)
    select 'session_' || s, q, '{}' from generate_series(1, ${inStore}::int, ${parts}::int) s, generate_series(2, 4) q`)
  yield* run(sql`
    insert into threads (thread_id, resource_id, owner, session_id, metadata, created_at, updated_at)
    select 'thread ' || s, case when s % 2 = 0 then 'large' else 'resource ' || s % 99 end, 'one', 'session_' || s,
      '{}', '2030-01-01', timestamptz '2030-01-01' + (s * 7919 % ${inStore}::int) * interval '1 second'
    from generate_series(1, ${inStore}::int) s`)
  yield* run(sql`vacuum analyze threads`)
  yield* run(sql`analyze`)
})

const layer = Layer.mergeAll(
  ForkRepositoryPg.layer,
  SessionRepositoryPg.layer,
  ThreadRepositoryPg.layer,
  Layer.effectDiscard(fill)
).pipe(Layer.provideMerge(layerPostgres))

// One query at a time keeps to one connection, which has the statements that the repository prepared.
it.layer(layer, { timeout: "60 seconds" })("threads and forks, at 10,000 sessions", (it) => {
  it.effect.each(["force_custom_plan", "force_generic_plan"])(
    "lists a page of a resource from its place in the index, and counts on the index alone: %s",
    (mode) =>
      Effect.gen(function* () {
        yield* withPlanCacheMode(mode)
        const threads = yield* ThreadRepository
        const list = yield* threads.list(caller, ResourceId.make("large"), { limit: 50, offset: 0 })
        assert.deepStrictEqual([list.count, list.threads.length], [inStore / 2, 50])
        const plan = yield* analyzed(
          sql`execute thread_list('large', 'one', 'large', 'one', 50, 0, 'one', false)`
        )
        const cond = String.raw`\(actual rows=%\.?0* loops=1\)\n *Index Cond: \(\(resource_id = .*\) AND \(owner = .*\)\)`
        const read = (scan: string, rows: number) => new RegExp(scan + cond.replace("%", String(rows)))
        assert.match(
          plan,
          read("Index Only Scan using idx_threads_resource_updated on threads ", inStore / 2)
        )
        assert.match(plan, read("Index Scan using idx_threads_resource_updated on threads threads_1 ", 50))
        // Only the rows of the page are sorted.
        assert.match(plan, /^Sort \(actual rows=50[ .]/)
        assert.lengthOf(plan.match(/Sort \(/g) ?? [], 1)
        assert.notInclude(plan, "Seq Scan")
      }),
    60_000
  )

  // Left to itself PostgreSQL plans the first five times for the parameters, and then perhaps for all.
  it.effect.each(["force_custom_plan", "auto"])(
    "finds the forks of a session in their index: %s",
    (mode) =>
      Effect.gen(function* () {
        yield* withPlanCacheMode(mode)
        const parentId = SessionId.make("session_1")
        const [list] = yield* Effect.replicateEffect(listOf(caller, { limit: 50, parentId }), 7)
        assert(list !== undefined)
        assert.deepStrictEqual([list.count, list.sessions.length], [forksOfOne, forksOfOne])
        const plan = yield* analyzed(
          sql`execute fork_list_whole('session_1', 'one', 'one', 'infinity', '', 0, 51)`
        )
        assert.match(
          plan,
          new RegExp(String.raw`Scan (on|using) idx_sessions_parent .*\(actual rows=${forksOfOne}[ .]`)
        )
        assert.notMatch(plan, /Seq Scan|idx_sessions_user_updated/)
      }),
    60_000
  )

  it.effect.each(["force_custom_plan", "force_generic_plan"])(
    "copies a session through its keys: %s",
    (mode) =>
      Effect.gen(function* () {
        yield* withPlanCacheMode(mode)
        const forks = yield* ForkRepository
        yield* forks.fork(caller, {
          from: SessionId.make("session_1"),
          id: SessionId.make(`fork_${mode}`),
          now
        })
        const id = sql`${`again_${mode}`}::text`
        const thread = sql`${`thread_${mode}`}, 'a resource', 'one'`
        const point = sql`7, 7, 'session_1', 'one', false`
        const times = sql`'2030-01-01T00:00:00Z', '2030-01-01T00:00:00Z'`
        const plan = yield* analyzed(
          sql`execute session_fork(${id}, 'session_1', false, 'one', ${thread}, ${point}, 'absent', ${id}, 'one', null, null, ${times}, 'one', 1, 'session_1', 'session_1', ${thread}, 'named')`.inlineParams()
        )
        for (const [table, rows] of [
          ["trait_estimates", 1],
          ["messages messages_2", 7],
          ["trait_estimates trait_estimates_2", 3]
        ] as const) {
          const [key = ""] = table.split(" ")
          assert.match(
            plan,
            new RegExp(`Index Scan.* using ${key}_pkey on ${table} \\(actual rows=${rows}[ .]`)
          )
        }
        assert.notInclude(plan, "Seq Scan")
      }).pipe(Effect.updateService(Database, (database) => ({ ...database, client: database.copies })))
  )
})
