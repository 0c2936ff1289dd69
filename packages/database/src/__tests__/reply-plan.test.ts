import { assert, layer as itWithLayer } from "@effect/vitest"
import { Caller, MessageContent, MessageId, ReplyRepository, SessionId } from "@workspace/domain"
import { type SQL, sql } from "drizzle-orm"
import { DateTime, Duration, Effect, Layer, Option, Schema } from "effect"
import { Database } from "../client.ts"
import * as ReplyRepositoryPg from "../repositories/reply-repository.ts"
import { layerPostgres } from "../test-utils/layers.ts"
import { planOf, withoutAutovacuum, withPlanCacheMode } from "./plans.ts"

const sessionsInStore = 2_000
const turnsEach = 20
const chunksEach = 5

/** 2,000 sessions with 40,000 replies and their 80,000 messages, and 200,000 chunks. */
const fill = Effect.gen(function* () {
  yield* withoutAutovacuum
  const { client, query } = yield* Database
  const run = (statement: SQL) => query(() => client.execute(statement))
  yield* run(sql`
    insert into sessions (id, agent, status, precision_openness, precision_conscientiousness,
      precision_extraversion, precision_agreeableness, precision_neuroticism, scored_through,
      message_count, metadata, version, created_at, updated_at)
    select 'session_' || s, 'nerin', 'active', 0.5, 0.5, 0.5, 0.5, 0.5, 0, ${2 * turnsEach}::int, '{}', 1, now(), now()
    from generate_series(1, ${sessionsInStore}::int) s`)
  // The index of their words would take most of the time, and has no part in this.
  yield* run(sql`drop index idx_messages_content_search`)
  for (const role of ["user", "assistant"]) {
    yield* run(sql`
      insert into messages (session_id, sequence, id, role, content, metadata, created_at)
      select 'session_' || s, 2 * t - case when ${role}::text = 'user' then 1 else 0 end,
        ${role}::text || t, ${role}::text, 'x', '{}', now()
      from generate_series(1, ${sessionsInStore}::int) s, generate_series(1, ${turnsEach}::int) t`)
  }
  yield* run(sql`
    insert into replies (session_id, id, question_id, question_sequence, attempt, status, chunk_count,
      message_sequence, created_at, ended_at)
    select 'session_' || s, 'assistant' || t, 'user' || t, 2 * t - 1, 1, 'complete', ${chunksEach}::int, 2 * t, now(), now()
    from generate_series(1, ${sessionsInStore}::int) s, generate_series(1, ${turnsEach}::int) t`)
  for (let index = 1; index <= chunksEach; index++) {
    yield* run(sql`
      insert into reply_chunks (session_id, reply_id, index, parts)
      select session_id, id, ${index}::int, '[{"_tag": "Text", "text": "x"}]' from replies`)
  }
  yield* run(sql`analyze`)
})

const layer = Layer.merge(ReplyRepositoryPg.layer, Layer.effectDiscard(fill)).pipe(
  Layer.provideMerge(layerPostgres)
)

const asAlice = Caller.Trusted()
const now = DateTime.unsafeMake("2030-01-01T00:00:00.000Z")
const lease = Duration.minutes(1)

/** Every statement of the repository, one after another on one connection. */
const everything = Effect.fnUntraced(function* (turn: string) {
  const replies = yield* ReplyRepository
  const sessionId = SessionId.make("session_1000")
  const question = (id: string) => ({
    id: MessageId.make(id),
    sessionId,
    role: "user" as const,
    content: MessageContent.make("x"),
    metadata: {}
  })
  const begin = (id: string) =>
    replies.begin(asAlice, question(id), { replyId: MessageId.make(`${id}.answer`), now, lease })
  yield* begin(turn)
  yield* begin(turn)
  const key = { sessionId, id: MessageId.make(`${turn}.answer`) }
  yield* replies.write(key, { index: 1, parts: [{ _tag: "Text", text: "x" }] }, { lease })
  yield* replies.extend(key, { lease })
  yield* replies.running(asAlice, sessionId)
  yield* replies.read(asAlice, key, { after: 0, limit: 10 })
  yield* replies.end(key, { status: "complete", now })
  yield* replies.end(key, { status: "complete", now })
  yield* replies.regenerate(asAlice, sessionId, {
    replyId: MessageId.make(`${turn}.again`),
    now,
    lease: Duration.zero
  })
  yield* replies.endAbandoned(now)
  yield* replies.stop(asAlice, sessionId, now)
  assert.strictEqual(yield* replies.sweep(DateTime.unsafeMake(0)), 0)
  assert.deepStrictEqual(yield* replies.running(asAlice, sessionId), Option.none())
})

const Prepared = Schema.Struct({
  rows: Schema.Array(Schema.Struct({ name: Schema.String, parameters: Schema.Array(Schema.String) }))
})

itWithLayer(layer, { timeout: "60 seconds", excludeTestServices: true })(
  "the statements about replies",
  (it) => {
    it.effect.each(["force_custom_plan", "force_generic_plan"])(
      "look up what they need in indexes, at 40,000 replies and 200,000 chunks: %s",
      (mode) =>
        Effect.gen(function* () {
          const { client, query } = yield* Database
          yield* everything(mode)
          yield* withPlanCacheMode(mode)
          const prepared = yield* Schema.decodeUnknown(Prepared)(
            yield* query(() =>
              client.execute(sql`
              select name, array(select t::text from unnest(parameter_types) t) as parameters
              from pg_prepared_statements where name like 'reply%'`)
            )
          )
          assert.lengthOf(prepared.rows, 13)
          for (const { name, parameters } of prepared.rows) {
            const values = parameters.map((type) => sql`${valueOf(type)}`)
            const call = values.length === 0 ? sql`` : sql`(${sql.join(values, sql`, `)})`.inlineParams()
            const plan = yield* planOf(sql`execute ${sql.identifier(name)}${call}`)
            const unwanted = name === "reply_read" ? /Seq Scan|Sort/ : /Seq Scan/
            assert.notMatch(plan, unwanted, `${name}\n${plan}`)
          }
        }),
      60_000
    )
  }
)

const valueOf = (type: string) => {
  switch (type) {
    case "integer":
    case "bigint":
    case "double precision":
      return "1"
    case "boolean":
      return "true"
    case "timestamp with time zone":
      return "2030-01-01"
    case "jsonb":
      return "{}"
    default:
      return "session_1000"
  }
}
