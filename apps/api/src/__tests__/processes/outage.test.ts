import { assert, it } from "@effect/vitest"
import { freshDatabase } from "@workspace/database/test-utils"
import { Array, Duration, Effect, Schedule } from "effect"
import { Client } from "pg"
import { inject } from "vitest"
import { exchange, posting } from "../../test-utils/exchange.ts"
import * as BigOcean from "./big-ocean.ts"
import { makeProxy } from "./proxy.ts"

const terminateAll = (url: string) =>
  Effect.promise(async () => {
    const client = new Client({ connectionString: url })
    await client.connect()
    const { rowCount } = await client.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
    )
    await client.end()
    return rowCount
  })

it.scopedLive("a server says when its database is away, and goes on when it is back", () =>
  Effect.gen(function* () {
    const url = yield* freshDatabase(inject("postgresUrl"))
    const proxy = yield* makeProxy(url)
    const { isRunning, origin, output } = yield* BigOcean.serve({
      // What cannot be counted is not refused for it.
      env: { DATABASE_URL: proxy.url, RATE_LIMIT: "1000" }
    })
    const ask = (what: Parameters<typeof exchange>[1]) => exchange(origin, what)
    const start = ask(posting("/api/assessment/start", {}))
    const sessionId = (yield* start).text.match(/session_[\w-]+/)?.[0] ?? ""
    const message = (id: string) =>
      ask(posting("/api/assessment/message", { sessionId, message: `text of ${id}`, id }))
    const first = yield* message("before")
    assert.strictEqual(first.status, 200)

    const recovers = start.pipe(
      Effect.repeat({ until: ({ status }) => status === 201, schedule: Schedule.spaced("50 millis") }),
      Effect.timeout("45 seconds")
    )
    const isAway = (id: string) =>
      Effect.gen(function* () {
        const [duration, replies] = yield* Effect.timed(
          Effect.all([...Array.replicate(start, 15), message("before"), message(id)], {
            concurrency: "unbounded"
          })
        )
        for (const { body, headers, status } of replies) {
          assert.strictEqual(status, 503)
          assert.strictEqual(headers["content-type"], "application/problem+json")
          assert.strictEqual(headers["retry-after"], "1")
          assert.propertyVal(body, "_tag", "UnavailableError")
        }
        // Without a limit of the server's own, the mute one would hold it up for minutes.
        assert.isBelow(Duration.toSeconds(duration), 30)
        const ready = yield* ask({ path: "/ready" })
        assert.strictEqual(ready.status, 503)
        assert.propertyVal(ready.body, "reason", "database-unreachable")
        assert.strictEqual((yield* ask({ path: "/health" })).status, 200)
      })
    const isBack = (id: string) =>
      Effect.gen(function* () {
        yield* recovers
        assert.strictEqual((yield* ask({ path: "/ready" })).status, 200)
        assert.strictEqual((yield* message("before")).text, first.text)
        assert.strictEqual((yield* message(id)).status, 200)
      })

    yield* proxy.cut
    yield* isAway("while-cut")
    yield* proxy.restore
    yield* isBack("while-cut")

    yield* proxy.mute
    yield* isAway("while-mute")
    yield* proxy.restore
    yield* isBack("while-mute")

    assert.isAbove((yield* terminateAll(url)) ?? 0, 0)
    yield* isBack("after-restart")

    const { text } = yield* ask({ path: `/api/assessment/sessions/${sessionId}` })
    for (const id of ["before", "while-cut", "while-mute", "after-restart"]) {
      assert.lengthOf(text.match(new RegExp(`"content":"text of ${id}"`, "g")) ?? [], 1)
    }
    assert.include(text, '"messageCount":8')
    assert.isTrue(isRunning())
    assert.notInclude(output(), `:${new URL(url).password}@`)
    assert.notInclude(output(), "text of")
  })
)
