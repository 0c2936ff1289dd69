import { Agent } from "node:http"
import { assert, it } from "@effect/vitest"
import { freshDatabase } from "@workspace/database/test-utils"
import { Array, Deferred, Duration, Effect, Fiber, Schedule } from "effect"
import { Client } from "pg"
import { inject } from "vitest"
import { exchange, posting } from "../../test-utils/exchange.ts"
import * as BigOcean from "./big-ocean.ts"

const keptConnection = Effect.acquireRelease(
  Effect.sync(() => new Agent({ keepAlive: true, maxSockets: 1 })),
  (agent) => Effect.sync(() => agent.destroy())
)

const connectTo = (url: string) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const client = new Client({ connectionString: url })
      await client.connect()
      return client
    }),
    (client) => Effect.promise(() => client.end())
  )

it.scopedLive("a server that is told to stop loses no request, and ends", () =>
  Effect.gen(function* () {
    const url = yield* freshDatabase(inject("postgresUrl"))
    const { ended, origin, output, signal } = yield* BigOcean.serve({
      // Long enough for the balanced clients to learn of it on a busy machine.
      env: { DATABASE_URL: `${url}?statement_timeout=30000&query_timeout=31000`, DRAIN_GRACE: "2 seconds" }
    })
    const start = exchange(origin, posting("/api/assessment/start", {}))
    const sessionId = (yield* start).text.match(/session_[\w-]+/)?.[0] ?? ""

    // One message waits for its session until the server is stopping already.
    const database = yield* connectTo(url)
    yield* Effect.promise(() => database.query("begin; select id from sessions for update"))
    const held = yield* Effect.fork(
      exchange(origin, posting("/api/assessment/message", { sessionId, message: "hello" }))
    )

    // Others come again and again on connections that they keep: balanced ones until the server is not ready,
    // stubborn ones until there is nobody to connect to.
    const isStopping = yield* Deferred.make<void>()
    const statuses: Array<number> = []
    const connections = new Set<string | undefined>()
    const hammer = (isDone: Effect.Effect<boolean>) =>
      Effect.gen(function* () {
        const agent = yield* keptConnection
        const request = exchange(origin, { ...posting("/api/assessment/start", {}), agent })
        yield* Effect.repeat(
          Effect.flatMap(request, ({ headers, status }) => {
            statuses.push(status)
            connections.add(headers.connection)
            return isDone
          }),
          { until: (done) => done }
        )
      }).pipe(Effect.scoped)
    const balanced = yield* Effect.fork(
      Effect.all(Array.replicate(hammer(Deferred.isDone(isStopping)), 8), { concurrency: "unbounded" })
    )
    const stubborn = yield* Effect.fork(
      Effect.all(Array.replicate(Effect.flip(hammer(Effect.succeed(false))), 8), { concurrency: "unbounded" })
    )
    const readiness: Array<string> = []
    const watching = yield* keptConnection
    const watcher = yield* exchange(origin, { path: "/ready", agent: watching }).pipe(
      Effect.tap(({ headers, status, text }) => {
        readiness.push(`${status} ${headers.connection} ${text}`)
        return status === 503 ? Deferred.succeed(isStopping, undefined) : Effect.void
      }),
      Effect.repeat(Schedule.spaced("10 millis")),
      Effect.flip,
      Effect.fork
    )
    const watch = yield* connectTo(url)
    const isHeld = Effect.promise(() =>
      watch.query(
        "select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
      )
    )
    yield* Effect.repeat(isHeld, {
      until: ({ rowCount }) => rowCount !== 0 && statuses.length > 50 && readiness.length > 0,
      schedule: Schedule.spaced("20 millis")
    })
    const before = statuses.length
    yield* signal("SIGTERM")
    const stopped = yield* Effect.fork(Effect.timed(ended))
    yield* Deferred.await(isStopping)
    // The grace is over and the listener closed.
    for (const { code } of yield* Fiber.join(stubborn)) assert.include(["ECONNREFUSED", "ECONNRESET"], code)
    yield* Effect.promise(() => database.query("commit"))

    const answer = yield* Fiber.join(held)
    assert.strictEqual(answer.status, 200, answer.text)
    yield* Fiber.join(balanced)
    const [duration, code] = yield* Fiber.join(stopped)
    assert.strictEqual(code, 0, output())
    assert.isBelow(Duration.toSeconds(duration), 20)

    assert.deepStrictEqual(Array.dedupe(statuses), [201])
    assert.isAbove(statuses.length, before)
    // Who goes on is told to go elsewhere.
    assert.sameMembers([...connections], ["keep-alive", "close"])
    // No session was stored without its caller having been told.
    const stored = yield* Effect.promise(() => database.query("select id from sessions"))
    assert.strictEqual(stored.rowCount, statuses.length + 1)

    yield* Fiber.join(watcher)
    const firstNo = readiness.findIndex((line) => line.startsWith("503"))
    assert.isAbove(firstNo, 0)
    for (const line of readiness.slice(0, firstNo)) assert.match(line, /^200 keep-alive /)
    for (const line of readiness.slice(firstNo)) assert.match(line, /^503 close .*"reason":"draining"/)
  })
)
