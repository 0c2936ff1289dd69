import { assert, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { ask, posting } from "../../test-utils/exchange.ts"
import { askTwice, askTwiceAnew, isReplay } from "./asking.ts"
import {
  append,
  by,
  Created,
  claim,
  countOf,
  create,
  layer,
  newKey,
  said,
  send,
  start,
  turn,
  under
} from "./callers.ts"

it.layer(layer)("under a key", (it) => {
  it.effect("a request is done once, and its answer given again byte for byte", () =>
    Effect.gen(function* () {
      const user = "once"
      const created = yield* askTwice(by(user, under(newKey(), create({ title: "Ω", metadata: { a: [1] } }))))
      assert.strictEqual(created.status, 201)
      assert.isString(created.headers.etag)
      assert.strictEqual(yield* countOf(user), 1)

      const { id } = yield* Schema.decodeUnknown(Created)(created.body)
      const appended = yield* askTwice(by(user, under(newKey(), append(id, { content: "\u0001 👩‍👩‍👧‍👦" }))))
      assert.strictEqual(appended.status, 201)
      const sent = yield* askTwice(by(user, under(newKey(), send(id, "and you?"))))
      assert.strictEqual(sent.status, 200)
      assert.deepStrictEqual(yield* said(id, user), [
        "user: \u0001 👩‍👩‍👧‍👦",
        "user: and you?",
        "assistant: Thank you."
      ])

      const { claimToken, sessionId } = yield* start
      const claimed = yield* askTwice(by(user, under(newKey(), claim(sessionId, claimToken))))
      assert.strictEqual(claimed.status, 200)
      assert.isString(claimed.headers.etag)
      assert.strictEqual(yield* countOf(user), 2)
    })
  )

  it.effect("a message keeps the id that its sender gave it", () =>
    Effect.gen(function* () {
      const { sessionId } = yield* start
      const { body } = yield* askTwice(under(newKey(), append(sessionId, { id: "m-1" })))
      assert.propertyVal(body, "id", "m-1")
    })
  )

  it.effect("the answer is that of then, whatever has happened since", () =>
    Effect.gen(function* () {
      const { sessionId } = yield* start
      const exchange = under(newKey(), append(sessionId, { expectedSequence: 0 }))
      const first = yield* ask(exchange)
      yield* ask(append(sessionId))
      yield* ask(posting(`/api/assessment/sessions/${sessionId}/complete`, ""))
      assert.strictEqual((yield* ask(exchange)).text, first.text)
    })
  )

  it.effect("a request is the same whatever its spaces, its unknown fields and the order of its keys", () =>
    Effect.gen(function* () {
      const key = newKey()
      const bodies = [
        '{"title":"T","metadata":{"a":{"x":1,"y":2},"b":[]}}',
        ' { "metadata" : {"b":[ ], "a":{"y":2,"x":1e0} }, "title":"\\u0054" } ',
        '{"title":"T","id":"session_1_x","metadata":{"a":{"x":1,"y":2},"b":[]}}'
      ]
      const replies = yield* Effect.forEach(bodies, (body) =>
        ask(by("same", under(key, posting("/api/sessions", body))))
      )
      assert.deepStrictEqual(replies.map(isReplay), [false, true, true])
      assert.strictEqual(yield* countOf("same"), 1)
    })
  )

  it.effect("another request is refused, whatever is different", () =>
    Effect.gen(function* () {
      const [one, other] = [yield* start, yield* start]
      const key = newKey()
      const first = yield* ask(by("mix", under(key, append(one.sessionId, { metadata: { a: 1 } }))))
      const others = [
        append(one.sessionId, { metadata: { a: 2 } }),
        append(one.sessionId, { metadata: { a: 1 }, id: "m-1" }),
        append(one.sessionId),
        append(other.sessionId, { metadata: { a: 1 } }),
        send(one.sessionId),
        claim(one.sessionId, one.claimToken),
        create()
      ]
      for (const exchange of others) {
        const { body, headers, status } = yield* ask(by("mix", under(key, exchange)))
        assert.strictEqual(status, 422)
        assert.strictEqual(headers["content-type"], "application/problem+json")
        assert.deepInclude(body, { _tag: "IdempotencyMismatchError", code: "IDEMPOTENCY_MISMATCH" })
      }
      const again = yield* ask(by("mix", under(key, append(one.sessionId, { metadata: { a: 1 } }))))
      assert.deepStrictEqual([again.text, isReplay(again)], [first.text, true])
      assert.lengthOf(yield* said(one.sessionId), 1)
      assert.strictEqual(yield* countOf("mix"), 0)
    })
  )

  it.effect("a refusal that stays what it is is given again as well", () =>
    Effect.gen(function* () {
      const { claimToken, sessionId } = yield* start
      yield* ask(append(sessionId, { id: "m-1" }))
      const taken = yield* askTwice(under(newKey(), append(sessionId, { id: "m-1", content: "other" })))
      assert.propertyVal(taken.body, "_tag", "MessageConflictError")
      const guessed = yield* askTwice(by("guess", under(newKey(), claim(sessionId, "x".repeat(43)))))
      assert.propertyVal(guessed.body, "_tag", "ClaimRefusedError")
      assert.strictEqual((yield* ask(by("guess", under(newKey(), claim(sessionId, claimToken))))).status, 200)
    })
  )

  it.effect("a refusal that depends on what the session is at the time is none for later", () =>
    Effect.gen(function* () {
      const { sessionId } = yield* start
      yield* ask(turn("pause", sessionId))
      const sending = under(newKey(), send(sessionId))
      for (const { body } of yield* askTwiceAnew(sending)) {
        assert.propertyVal(body, "_tag", "InvalidSessionStateError")
      }
      yield* ask(turn("resume", sessionId))
      assert.strictEqual((yield* askTwice(sending)).status, 200)

      const ahead = under(newKey(), append(sessionId, { content: "third", expectedSequence: 3 }))
      for (const { body } of yield* askTwiceAnew(ahead)) {
        assert.propertyVal(body, "_tag", "SequenceConflictError")
      }
      yield* ask(append(sessionId))
      assert.strictEqual((yield* askTwice(ahead)).status, 201)
      assert.lengthOf(yield* said(sessionId), 4)
    })
  )

  it.effect("nothing is kept of who may not ask, and of what is not there", () =>
    Effect.gen(function* () {
      const { sessionId } = yield* start
      const refused = [
        [create(), 401],
        [claim(sessionId, "x".repeat(43)), 401],
        [by("bob", create({ userId: "alice" })), 403],
        [append("session_1_missing"), 404],
        [by("alice", send("session_1_missing")), 404]
      ] as const
      for (const [exchange, status] of refused) {
        const replies = yield* askTwiceAnew(under(newKey(), exchange))
        assert.deepStrictEqual(
          replies.map((reply) => reply.status),
          [status, status]
        )
      }
      const key = newKey()
      yield* ask(by("bob", under(key, create({ userId: "alice" }))))
      assert.strictEqual((yield* ask(by("bob", under(key, create())))).status, 201)
    })
  )
})
