import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { ask } from "../../test-utils/exchange.ts"
import { newCaller } from "../../test-utils/session-caller.ts"
import type { SuiteIt } from "../../test-utils/stores.ts"

/** ETag, If-None-Match and 304. */
export const describeEntityTags = (it: SuiteIt) => {
  it.effect("changes with all that its answer shows", () =>
    Effect.gen(function* () {
      const caller = yield* newCaller
      const { id } = yield* caller.create()
      const tag = Effect.map(caller.get(`/${id}`), ({ headers }) => String(headers.etag))
      const seen = [yield* tag]
      for (const change of [
        caller.append(id, "hello"),
        caller.put(`/${id}`, { title: "two" }),
        caller.put(`/${id}`, { metadata: { a: 1 } }),
        caller.append(id, "hello"),
        caller.put(`/${id}`, { status: "paused" })
      ]) {
        yield* change
        const now = yield* tag
        assert.match(now, /^"v\d+-\d+"$/)
        assert.notInclude(seen, now)
        seen.push(now)
        assert.strictEqual(yield* tag, now)
      }
      const { headers } = yield* ask({
        path: `/api/assessment/sessions/${id}`,
        headers: { "x-user-id": caller.userId }
      })
      assert.strictEqual(headers.etag, seen.at(-1))
    })
  )

  it.effect("given back in If-None-Match spares the answer", () =>
    Effect.gen(function* () {
      const caller = yield* newCaller
      const { id } = yield* caller.create()
      yield* caller.append(id, "hello")
      const full = yield* caller.get(`/${id}`)
      const etag = String(full.headers.etag)
      for (const [header, status] of [
        [etag, 304],
        [`W/${etag}`, 304],
        [`"x", ${etag}`, 304],
        [`"x",W/${etag} ,"y"`, 304],
        ["*", 304],
        ['"v1-0"', 200],
        ["v2-1", 200],
        ["", 200],
        [`${etag}x`, 200],
        [etag.toUpperCase(), 200],
        ['"x"'.repeat(1_000), 200]
      ] as const) {
        for (const send of [caller.get, caller.head]) {
          const reply = yield* send(`/${id}`, { "if-none-match": header })
          assert.deepStrictEqual([reply.status, reply.headers.etag], [status, etag], header)
          assert.strictEqual(reply.text, status === 200 && send === caller.get ? full.text : "", header)
          if (status === 304) assert.notProperty(reply.headers, "content-type")
        }
      }
      yield* caller.append(id, "again")
      assert.strictEqual((yield* caller.get(`/${id}`, { "if-none-match": etag })).status, 200)
    })
  )

  it.effect("is told to nobody else", () =>
    Effect.gen(function* () {
      const { id } = yield* (yield* newCaller).create()
      for (const header of ['"v1-0"', "*"]) {
        const { headers, status } = yield* (yield* newCaller).get(`/${id}`, { "if-none-match": header })
        assert.deepStrictEqual([status, headers.etag], [404, undefined])
      }
    })
  )
}
