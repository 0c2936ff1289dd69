import { assert, it } from "@effect/vitest"
import { SessionId, SessionRepository } from "@workspace/domain"
import { asNobody } from "@workspace/domain/test-utils"
import { sql } from "drizzle-orm"
import { Effect, Layer } from "effect"
import { Database } from "../client.ts"
import * as SessionRepositoryPg from "../repositories/session-repository.ts"
import { layerPostgres } from "../test-utils/layers.ts"
import { planOf, withoutAutovacuum, withPlanCacheMode } from "./plans.ts"

const sessionsInStore = 400
const messagesEach = 500

/** 200,000 messages, written in turn to 400 sessions, so that no session's lie together in the table. */
const fill = Effect.gen(function* () {
  yield* withoutAutovacuum
  const { client, query } = yield* Database
  yield* query(() =>
    client.execute(sql`
      insert into sessions (id, agent, status, precision_openness, precision_conscientiousness,
        precision_extraversion, precision_agreeableness, precision_neuroticism, scored_through,
        message_count, metadata, version, created_at, updated_at)
      select 'session_' || s, 'nerin', 'active', 0.5, 0.5, 0.5, 0.5, 0.5, 0, ${messagesEach}, '{}', 1, now(), now()
      from generate_series(1, ${sessionsInStore}) s`)
  )
  // The index of their words would take most of the time, and has no part in this.
  yield* query(() => client.execute(sql`drop index idx_messages_content_search`))
  // In pieces, each of which stays far below the statement timeout on a busy machine.
  for (let from = 1; from <= messagesEach; from += 25) {
    yield* query(() =>
      client.execute(sql`
        insert into messages (session_id, sequence, id, role, content, metadata, created_at)
        select 'session_' || s, q, 'm' || q, 'user', repeat('x', 300), '{}', now()
        from generate_series(${from}::int, ${from + 24}::int) q, generate_series(1, ${sessionsInStore}) s`)
    )
  }
  yield* query(() => client.execute(sql`analyze`))
})

const layer = Layer.merge(SessionRepositoryPg.layer, Layer.effectDiscard(fill)).pipe(
  Layer.provideMerge(layerPostgres)
)

it.layer(layer, { timeout: "60 seconds" })("the history query", (it) => {
  it.effect.each(["force_custom_plan", "force_generic_plan"])(
    "reads one index in order, without a sort, at 200,000 messages: %s",
    (mode) =>
      Effect.gen(function* () {
        const repository = yield* SessionRepository
        const { messages: history } = yield* repository.load(asNobody, SessionId.make("session_7"))
        assert.strictEqual(history.length, messagesEach)
        // One query at a time keeps to one connection, which has the statement that the repository prepared.
        yield* withPlanCacheMode(mode)
        yield* repository.loadText(asNobody, SessionId.make("session_7"), "said")
        for (const execute of [
          sql`execute session_load('session_7', null, true)`,
          sql`execute conversation_said(0, 0, 0, 'session_7', null, true, 0)`
        ]) {
          const plan = yield* planOf(execute)
          assert.include(plan, "Index Scan using messages_pkey")
          assert.notMatch(plan, /Sort|Seq Scan/)
        }
      }),
    60_000
  )
})
