import { assert, it } from "@effect/vitest"
import { ScoringRepository } from "@workspace/domain"
import { sql } from "drizzle-orm"
import { Duration, Effect, Layer } from "effect"
import { Database } from "../client.ts"
import * as ScoringRepositoryPg from "../repositories/scoring-repository.ts"
import { layerPostgres } from "../test-utils/layers.ts"
import { planOf, withoutAutovacuum, withPlanCacheMode } from "./plans.ts"

const sessionsInStore = 10_000
const messagesEach = 20
// Each statement has its time limit.
const parts = 20

/** 10,000 sessions with 200,000 messages, all scored but those of five. */
const fill = Effect.gen(function* () {
  yield* withoutAutovacuum
  const { client, query } = yield* Database
  yield* query(() =>
    client.execute(sql`
      insert into sessions (id, agent, status, precision_openness, precision_conscientiousness,
        precision_extraversion, precision_agreeableness, precision_neuroticism, scored_through,
        message_count, metadata, version, created_at, updated_at)
      select 'session_' || s, 'nerin', 'active', 0.5, 0.5, 0.5, 0.5, 0.5,
        ${messagesEach}::int - case when s % 2000 = 0 then 2 else 0 end, ${messagesEach}, '{}', 1, now(), now()
      from generate_series(1, ${sessionsInStore}::int) s`)
  )
  // The index of their words would take most of the time, and has no part in this.
  yield* query(() => client.execute(sql`drop index idx_messages_content_search`))
  for (let part = 0; part < parts; part++) {
    yield* query(() =>
      client.execute(sql`
        insert into messages (session_id, sequence, id, role, content, metadata, created_at)
        select 'session_' || s, q, 'm' || q, 'user', 'x', '{"assessment": {}}', now()
        from generate_series(1, ${sessionsInStore}::int) s, generate_series(1, ${messagesEach}::int) q
        where s % ${parts}::int = ${part}::int`)
    )
  }
  yield* query(() => client.execute(sql`analyze`))
})

const layer = Layer.merge(ScoringRepositoryPg.layer, Layer.effectDiscard(fill)).pipe(
  Layer.provideMerge(layerPostgres)
)

it.layer(layer, { timeout: "60 seconds" })("the query for what is behind", (it) => {
  it.effect.each(["force_custom_plan", "force_generic_plan"])(
    "looks at the sessions that are behind and at no other, at 200,000 scored messages: %s",
    (mode) =>
      Effect.gen(function* () {
        const repository = yield* ScoringRepository
        assert.lengthOf((yield* repository.takeBehind(Duration.zero)).held, 5)
        // One query at a time keeps to one connection, which has the statement that the repository prepared.
        yield* withPlanCacheMode(mode)
        const plan = yield* planOf(sql`execute scoring_take(10000)`)
        assert.include(plan, "Index Scan using idx_sessions_behind")
        assert.notMatch(plan, /Sort|Seq Scan/)
      }),
    60_000
  )
})
