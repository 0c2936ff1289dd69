import { assert, it, layer } from "@effect/vitest"
import { RateLimiter } from "@workspace/domain"
import { describeRateLimiter } from "@workspace/domain/test-utils"
import { Array, Context, Duration, Effect, Fiber, Layer, Redacted, TestClock, TestServices } from "effect"
import { inject } from "vitest"
import { Database } from "../client.ts"
import * as RateLimiterPg from "../repositories/rate-limiter.ts"
import { rateLimits } from "../schema.ts"
import { layerServer } from "../server.ts"
import { freshDatabase } from "../test-utils/databases.ts"
import { layerEmbeddedInMemory, layerPostgres, patientLimits } from "../test-utils/layers.ts"
import { eventually, recordLogs } from "./observe.ts"

const options = { timeout: "60 seconds" } as const

describeRateLimiter(
  "RateLimiterPg on the embedded database",
  layerEmbeddedInMemory,
  RateLimiterPg.layer,
  options
)

describeRateLimiter("RateLimiterPg on a PostgreSQL server", layerPostgres, RateLimiterPg.layer, options)

/** The limiter of one more process. */
const limiter = (limit: number, window = Duration.hours(1)) =>
  Effect.map(Layer.build(RateLimiterPg.layer({ limit, window })), (context) =>
    Context.get(context, RateLimiter)
  )

/** Counts the statements that the limiter sends, which `send` may replace. */
const watched = (send?: Context.Tag.Service<Database>["send"]) =>
  Effect.map(Database, (database) => {
    const sent: Array<string> = []
    const service = Database.of({
      ...database,
      send: (statement) => {
        sent.push(statement.text)
        return (send ?? database.send)(statement)
      }
    })
    return { sent, layer: Layer.succeed(Database, service) }
  })

for (const [name, database] of [
  ["embedded", layerEmbeddedInMemory],
  ["server", layerPostgres]
] as const) {
  layer(database, options)(`RateLimiterPg on the ${name}`, (it) => {
    it.scoped("shares its counts with all others on the database", () =>
      Effect.gen(function* () {
        const limiters = yield* Effect.all([limiter(20), limiter(20), limiter(20)])
        const outcomes = yield* Effect.forEach(
          Array.range(1, 20).flatMap(() => limiters),
          ({ consume }) => consume("shared"),
          { concurrency: "unbounded" }
        )
        assert.strictEqual(outcomes.filter(({ allowed }) => allowed).length, 20)
        for (const { consume } of limiters) assert.isFalse((yield* consume("shared")).allowed)
      })
    )

    it.scoped("asks nothing for a caller that has used up its limit", () =>
      Effect.gen(function* () {
        const { layer, sent } = yield* watched()
        const { consume } = yield* Effect.provide(limiter(3), layer)
        yield* Effect.replicateEffect(consume("greedy"), 50)
        assert.lengthOf(sent, 3)
      })
    )

    it.scoped("takes several requests with one statement, and not one too many", () =>
      Effect.gen(function* () {
        const { layer, sent } = yield* watched()
        const { consume } = yield* Effect.provide(limiter(610), layer)
        const left = yield* Effect.replicateEffect(consume("alone"), 620)
        assert.deepStrictEqual(
          left.map(({ allowed, remaining }) => [allowed, remaining]),
          Array.makeBy(620, (n) => [n < 610, Math.max(0, 609 - n)])
        )
        // Twelve at a time, and the last ten.
        assert.lengthOf(sent, 51)
        const { consume: consumeElsewhere } = yield* limiter(610)
        assert.isFalse((yield* consumeElsewhere("alone")).allowed)
      })
    )

    it.scoped(
      "takes what comes at once together, and leaves at most eleven of 600 unused in each process",
      () =>
        Effect.gen(function* () {
          const { layer, sent } = yield* watched()
          const limiters = yield* Effect.provide(Effect.all([limiter(600), limiter(600)]), layer)
          const outcomes = yield* Effect.forEach(
            Array.range(1, 600).flatMap(() => limiters),
            ({ consume }) => consume("many"),
            { concurrency: "unbounded" }
          )
          const allowed = outcomes.filter((outcome) => outcome.allowed).length
          assert.isAtMost(allowed, 600)
          assert.isAtLeast(allowed, 600 - 2 * 11)
          assert.isAtMost(sent.length, 52)
        })
    )

    it.scoped("spends nothing of a window that is over", () =>
      Effect.gen(function* () {
        const { consume } = yield* limiter(600, Duration.minutes(2))
        yield* consume("early")
        yield* TestClock.adjust("2 minutes")
        // To the database, which has another clock, the window goes on: the first twelve of it are gone.
        assert.include(yield* consume("early"), { allowed: true, remaining: 600 - 12 - 1 })
      })
    )

    it.scoped("removes the counts of windows that are over", () =>
      Effect.gen(function* () {
        const { client, query } = yield* Database
        const { consume } = yield* limiter(1)
        yield* consume("present")
        yield* query(() =>
          client
            .insert(rateLimits)
            .values(Array.makeBy(2_500, (n) => ({ key: `past ${n}`, points: 1, expire: 1_000 + n })))
        )
        const present = query(() => client.select({ key: rateLimits.key }).from(rateLimits))
        yield* TestClock.adjust("1 minute")
        yield* Effect.map(Effect.orDie(present), (rows) =>
          rows.every(({ key }) => !key.startsWith("past"))
        ).pipe(eventually, TestServices.provideLive)
        assert.deepInclude(yield* present, { key: "present" })
      })
    )
  })
}

const never = () => new Promise<never>(() => undefined)

/** A server that is nowhere; building it does not ask. */
const layerNowhere = layerServer({ url: Redacted.make("postgresql://user@127.0.0.1:1/nowhere") })

it.scoped("a database that does not answer is waited for once, and then for a while not asked", () =>
  Effect.gen(function* () {
    const { layer, sent } = yield* watched(never)
    const logs = recordLogs()
    const { consume } = yield* Effect.provide(limiter(3), layer)
    const outcomes = yield* Effect.gen(function* () {
      const first = yield* Effect.fork(consume("a caller"))
      yield* TestClock.adjust("1 second")
      return [yield* Fiber.join(first), ...(yield* Effect.replicateEffect(consume("a caller"), 3))]
    }).pipe(Effect.provide(logs.layer))
    // By itself it keeps the limit too.
    assert.deepStrictEqual(
      outcomes.map(({ allowed, remaining }) => [allowed, remaining]),
      [
        [true, 2],
        [true, 1],
        [true, 0],
        [false, 0]
      ]
    )
    assert.lengthOf(sent, 1)
    assert.lengthOf(logs.lines, 1)
    assert.include(logs.lines[0], '["reason","no answer in time"]')
    yield* TestClock.adjust("1 second")
    const again = yield* Effect.fork(consume("a caller"))
    yield* TestClock.adjust("1 second")
    yield* Fiber.join(again)
    assert.lengthOf(sent, 2)
  }).pipe(Effect.provide(layerNowhere))
)

it.scoped("a caller that hangs up while it is counted keeps none of its others waiting", () =>
  Effect.gen(function* () {
    const { layer, sent } = yield* watched(never)
    const { consume } = yield* Effect.provide(limiter(600), layer)
    const [gone, waiting] = [yield* Effect.fork(consume("a caller")), yield* Effect.fork(consume("a caller"))]
    yield* TestClock.adjust("500 millis")
    assert.lengthOf(sent, 1)
    yield* Fiber.interrupt(gone)
    yield* TestClock.adjust("1 second")
    assert.include(yield* Fiber.join(waiting), { allowed: true, remaining: 599 })
    assert.lengthOf(sent, 2)
  }).pipe(Effect.provide(layerNowhere))
)

it.scoped("a database that is away or not migrated refuses nobody, and no key is logged", () =>
  Effect.gen(function* () {
    const url = yield* freshDatabase(inject("postgresUrl"))
    for (const [database, reason] of [
      [layerNowhere, "ECONNREFUSED"],
      [
        layerServer({ url: Redacted.make(url), limits: patientLimits }),
        "The database refused a statement, SQLSTATE 42P01"
      ]
    ] as const) {
      const logs = recordLogs()
      const { allowed } = yield* Effect.flatMap(limiter(1), ({ consume }) => consume("a secret")).pipe(
        Effect.provide([database, logs.layer])
      )
      assert.isTrue(allowed)
      assert.deepStrictEqual(logs.lines, [
        `[["The database does not count requests; this process does"],[["reason","${reason}"]]]`
      ])
    }
  })
)
