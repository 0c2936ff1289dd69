import { Agent } from "node:http"
import { assert, it } from "@effect/vitest"
import { freshDatabase } from "@workspace/database/test-utils"
import { Array, Effect, Option } from "effect"
import { inject } from "vitest"
import { type Exchange, exchange, posting, type Reply } from "../../test-utils/exchange.ts"
import * as BigOcean from "./big-ocean.ts"
import { poolOf } from "./pool.ts"

const keptConnections = Effect.acquireRelease(
  Effect.sync(() => new Agent({ keepAlive: true, maxSockets: 64 })),
  (agent) => Effect.sync(() => agent.destroy())
)

const isReplay = ({ headers }: Reply) => headers["idempotency-replayed"] === "true"

/** Asks until there is an answer, as a caller would: again when the answer says so. */
const settled = (origin: string, what: Exchange) =>
  exchange(origin, what).pipe(
    Effect.tap(({ headers }) => {
      const seconds = headers["retry-after"]
      return seconds === undefined ? Effect.void : Effect.sleep(`${Number(seconds)} seconds`)
    }),
    Effect.repeat({ until: ({ headers }) => headers["retry-after"] === undefined, times: 20 })
  )

const create = (key: string): Exchange =>
  posting("/api/sessions", { title: `title of ${key}` }, { "x-user-id": "alice", "idempotency-key": key })

const titles = "select title from sessions order by title"

it.scopedLive(
  "500 requests in 4 copies each over two processes are done once and answered alike",
  () =>
    Effect.gen(function* () {
      const url = yield* freshDatabase(inject("postgresUrl"))
      const pool = yield* poolOf(url)
      const agent = yield* keptConnections
      const servers = yield* Effect.forEach([1, 2], () => BigOcean.serve({ env: { DATABASE_URL: url } }), {
        concurrency: 2
      })
      const keys = Array.makeBy(500, (n) => `key ${n}`)
      const copies = Array.flatMap(servers, ({ origin }) => [origin, origin])
      yield* Effect.forEach(
        keys,
        Effect.fnUntraced(function* (key) {
          const replies = yield* Effect.forEach(
            copies,
            (origin) => settled(origin, { ...create(key), agent }),
            { concurrency: "unbounded" }
          )
          assert.deepStrictEqual(Array.dedupe(replies.map(({ status }) => status)), [201], key)
          assert.lengthOf(Array.dedupe(replies.map(({ text }) => text)), 1, key)
          assert.lengthOf(Array.dedupe(replies.map(({ headers }) => headers.etag)), 1, key)
          assert.lengthOf(replies.filter(isReplay), 3, key)
        }),
        { concurrency: 5 }
      )
      const { rows } = yield* Effect.promise(() => pool.query(titles))
      assert.sameMembers(
        rows.map(({ title }) => title),
        keys.map((key) => `title of ${key}`)
      )
      const kept = yield* Effect.promise(() =>
        pool.query("select count(*)::int, count(session_id)::int as answers from idempotency_keys")
      )
      assert.deepStrictEqual(kept.rows, [{ count: 500, answers: 500 }])
    }),
  300_000
)

it.scopedLive("requests that a kill cut off are done once by their repetitions", () =>
  Effect.gen(function* () {
    const url = yield* freshDatabase(inject("postgresUrl"))
    const pool = yield* poolOf(url)
    const query = (text: string) => Effect.promise(() => pool.query(text))
    const serve = BigOcean.serve({ env: { DATABASE_URL: url } })
    const keys = Array.makeBy(200, (n) => `key ${n}`)

    const first = yield* serve
    let acknowledged = 0
    const [replies] = yield* Effect.all(
      [
        Effect.forEach(
          keys,
          (key) =>
            exchange(first.origin, create(key)).pipe(
              Effect.tap(({ status }) =>
                Effect.sync(() => {
                  if (status === 201) acknowledged += 1
                })
              ),
              Effect.option
            ),
          { concurrency: 20 }
        ),
        Effect.zipRight(Effect.repeat(Effect.sleep(1), { until: () => acknowledged >= 30 }), first.kill)
      ],
      { concurrency: 2 }
    )
    assert.isAtLeast((yield* query(titles)).rows.length, acknowledged)
    assert.isBelow(acknowledged, keys.length)

    // As if the time of the leases were over.
    yield* query("update idempotency_keys set locked_until = null")
    const { origin } = yield* serve
    const agent = yield* keptConnections
    const again = yield* Effect.forEach(keys, (key) => settled(origin, { ...create(key), agent }), {
      concurrency: 20
    })
    for (const [reply, repeated] of Array.zip(replies, again)) {
      assert.strictEqual(repeated.status, 201)
      if (Option.isSome(reply) && reply.value.status === 201) {
        assert.strictEqual(repeated.text, reply.value.text)
      }
    }
    assert.sameMembers(
      (yield* query(titles)).rows.map(({ title }) => title),
      keys.map((key) => `title of ${key}`)
    )
  })
)
