import { assert, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { ask, type Exchange, posting } from "../../test-utils/exchange.ts"
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
  under
} from "./callers.ts"

it.layer(layer)("the key", (it) => {
  const tooLong = "x".repeat(256)

  it.effect.each(["k", "x".repeat(255), "a b", "é"])("may be %j", (key) =>
    Effect.asVoid(askTwice(by("limits", under(key, create()))))
  )

  it.effect.each(["", tooLong, "é".repeat(128)])("may not be %j", (key) =>
    Effect.gen(function* () {
      const { sessionId } = yield* start
      const { claimToken } = yield* start
      for (const exchange of [create(), append(sessionId), send(sessionId), claim(sessionId, claimToken)]) {
        const { body, status, text } = yield* ask(by("limits", under(key, exchange)))
        assert.strictEqual(status, 400)
        assert.nestedPropertyVal(body, "details[0].path", "idempotency-key")
        assert.notInclude(text, "xxx")
      }
      assert.lengthOf(yield* said(sessionId), 0)
    })
  )

  it.effect("means nothing to other operations, even if it is none", () =>
    Effect.gen(function* () {
      const { sessionId } = yield* start
      for (const key of ["k", tooLong]) {
        const started = yield* askTwiceAnew(under(key, posting("/api/assessment/start", {})))
        assert.notStrictEqual(started[0].text, started[1].text)
        yield* askTwiceAnew(under(key, { path: `/api/sessions/${sessionId}` }))
        yield* askTwiceAnew(under(key, { ...posting(`/api/sessions/${sessionId}`, {}), method: "PUT" }))
      }
    })
  )

  it.effect("is its user's own", () =>
    Effect.gen(function* () {
      const key = newKey()
      const { sessionId } = yield* start
      for (const user of ["carol", "dave", `session:${sessionId}`, "trusted"]) {
        const { body } = yield* askTwice(by(user, under(key, create({ title: user }))))
        assert.propertyVal(body, "userId", user)
        assert.strictEqual(yield* countOf(user), 1)
      }
      yield* askTwice(under(key, append(sessionId)))
    })
  )

  it.effect("is that of the session, if the caller is anonymous", () =>
    Effect.gen(function* () {
      const key = newKey()
      const [one, other] = [yield* start, yield* start]
      for (const { sessionId } of [one, other]) {
        yield* askTwice(under(key, append(sessionId)))
        assert.lengthOf(yield* said(sessionId), 1)
      }
      const { status } = yield* ask(under(key, append(one.sessionId, { content: "other" })))
      assert.strictEqual(status, 422)
    })
  )
})

it.layer(layer)("an answer is given again to nobody", (it) => {
  const missing = Effect.fnUntraced(function* (exchange: Exchange, sessionId: string) {
    const reply = yield* ask(exchange)
    assert.deepStrictEqual([reply.status, isReplay(reply)], [404, false], reply.text)
    const absent = sessionId.replace(/.$/, "x")
    const anonymous = yield* ask(append(absent))
    assert.strictEqual(reply.text.replaceAll(sessionId, absent), anonymous.text)
  })

  it.effect("who may not see the session any more", () =>
    Effect.gen(function* () {
      const { claimToken, sessionId } = yield* start
      const appends = [under("mine", append(sessionId)), by("eve", under("mine", append(sessionId)))]
      for (const exchange of appends) yield* askTwice(exchange)
      yield* ask(by("alice", claim(sessionId, claimToken)))
      for (const exchange of appends) yield* missing(exchange, sessionId)
      assert.lengthOf(yield* said(sessionId, "alice"), 2)
    })
  )

  it.effect("when the session is deleted, with which the key is forgotten", () =>
    Effect.gen(function* () {
      const user = "gone"
      const createUnder = by(user, under("create", create()))
      const created = yield* askTwice(createUnder)
      const { id } = yield* Schema.decodeUnknown(Created)(created.body)
      const exchanges = [by(user, under("append", append(id))), by(user, under("send", send(id)))]
      for (const exchange of exchanges) yield* askTwice(exchange)
      yield* ask(by(user, { method: "DELETE", path: `/api/sessions/${id}` }))
      for (const exchange of exchanges) yield* missing(exchange, id)
      const anew = yield* askTwice(createUnder)
      assert.notInclude(anew.text, id)
    })
  )
})
