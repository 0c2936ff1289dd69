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

/** "Worry about things." */
const itemId = "43c98ce8-a07a-4dc2-80f6-c1b2a2485f06"
const answered = {
  role: "assistant",
  content: "Noted.",
  metadata: { assessment: { evidence: [{ itemId, score: 5, confidence: 1 }] } }
}

const again = Schedule.spaced("20 millis")

it.scopedLive("an answer whose scorer is killed is scored by the next one", () =>
  Effect.gen(function* () {
    const url = yield* freshDatabase(inject("postgresUrl"))
    const pool = yield* poolOf(url)
    const query = (text: string) => Effect.promise(() => pool.query(text))
    const first = yield* BigOcean.serve({ env: { DATABASE_URL: url } })

    // Nobody can store an estimate for the time being.
    const holder = yield* Effect.acquireRelease(
      Effect.promise(() => pool.connect()),
      (client) => Effect.sync(() => client.release())
    )
    yield* Effect.promise(() => holder.query("begin; lock table trait_estimates"))
    const { body } = yield* exchange(first.origin, posting("/api/assessment/start", {}))
    const { sessionId } = yield* Schema.decodeUnknown(Started)(body)
    const path = `/api/sessions/${sessionId}`
    const stored = yield* exchange(first.origin, posting(`${path}/messages`, answered))
    assert.strictEqual(stored.status, 201, stored.text)
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
    assert.deepStrictEqual(left.rows, [{ scored_through: 0, message_count: 1 }])

    // As it is when the lease is over.
    yield* query("update sessions set scoring_until = now()")
    const second = yield* BigOcean.serve({ env: { DATABASE_URL: url } })
    const timeline = yield* exchange(second.origin, { path: `${path}/estimates` }).pipe(
      Effect.flatMap(({ body }) => Schema.decodeUnknown(Estimates)(body)),
      Effect.filterOrFail(({ scoredThrough }) => scoredThrough === 1),
      Effect.retry(again)
    )
    assert.deepStrictEqual(
      timeline.estimates.map(({ throughSequence }) => throughSequence),
      [1]
    )
  })
)
