import { assert, it } from "@effect/vitest"
import { freshDatabase } from "@workspace/database/test-utils"
import { Effect, Schedule, Schema } from "effect"
import { inject } from "vitest"
import { exchange, posting } from "../../test-utils/exchange.ts"
import * as BigOcean from "./big-ocean.ts"
import { poolOf } from "./pool.ts"

const Started = Schema.Struct({ sessionId: Schema.String })
const Estimates = Schema.Struct({
  scoredThrough: Schema.Number,
  estimates: Schema.Array(Schema.Struct({ throughSequence: Schema.Number }))
})

const again = Schedule.spaced("20 millis")

it.scopedLive("an answer whose scorer is killed is scored by another one when its lease is over", () =>
  Effect.gen(function* () {
    const url = yield* freshDatabase(inject("postgresUrl"))
    const pool = yield* poolOf(url)
    const query = (text: string) => Effect.promise(() => pool.query(text))
    const first = yield* BigOcean.serve({ env: { DATABASE_URL: url } })

    const { body } = yield* exchange(first.origin, posting("/api/assessment/start", {}))
    const { sessionId } = yield* Schema.decodeUnknown(Started)(body)
    const say = (message: string) =>
      exchange(first.origin, posting("/api/assessment/message", { sessionId, message }))
    yield* say("Hello.")
    yield* Effect.repeat(query("select from sessions where scored_through = 2"), {
      until: ({ rowCount }) => rowCount === 1,
      schedule: again
    })

    // Nobody can store an estimate for the time being.
    const holder = yield* Effect.acquireRelease(
      Effect.promise(() => pool.connect()),
      (client) => Effect.sync(() => client.release())
    )
    yield* Effect.promise(() => holder.query("begin; lock table trait_estimates"))
    const answered = yield* say("5")
    assert.strictEqual(answered.status, 200, answered.text)
    yield* Effect.repeat(query("select from sessions where scoring_until is not null"), {
      until: ({ rowCount }) => rowCount === 1,
      schedule: again
    })
    yield* first.kill
    // PostgreSQL itself would finish the statement that it got.
    yield* query(
      "select pg_terminate_backend(pid) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
    )
    yield* Effect.promise(() => holder.query("commit"))
    const left = yield* query("select scored_through, message_count from sessions")
    assert.deepStrictEqual(left.rows, [{ scored_through: 3, message_count: 4 }])

    // It looks while the lease lasts, however long it takes to start, and nobody tells it when that is over.
    yield* query("update sessions set scoring_until = statement_timestamp() + interval '10 minutes'")
    const second = yield* BigOcean.serve({ env: { DATABASE_URL: url } })
    yield* query("update sessions set scoring_until = statement_timestamp() + interval '1 second'")
    const timeline = yield* exchange(second.origin, { path: `/api/sessions/${sessionId}/estimates` }).pipe(
      Effect.flatMap(({ body }) => Schema.decodeUnknown(Estimates)(body)),
      Effect.filterOrFail(({ scoredThrough }) => scoredThrough === 4),
      Effect.retry(again)
    )
    assert.deepStrictEqual(
      timeline.estimates.map(({ throughSequence }) => throughSequence),
      [4]
    )
  })
)
