import { assert, it } from "@effect/vitest"
import { Effect, Layer, Schema } from "effect"
import { ask, type Exchange } from "../../test-utils/exchange.ts"
import * as Log from "../../test-utils/log.ts"
import { isReplay } from "./asking.ts"
import { append, by, Created, claim, countOf, create, said, send, serverOf, start, under } from "./callers.ts"
import { layerCutOff } from "./cut-off.ts"

it.layer(Layer.provideMerge(serverOf(layerCutOff), Log.layer))("a request whose end was cut off", (it) => {
  const user = "alice"
  const key = "a key of alice"

  /** Three runs of one request, which all answer the same. */
  const thrice = Effect.fnUntraced(function* (exchange: Exchange) {
    const [first, ...others] = [yield* ask(exchange), yield* ask(exchange), yield* ask(exchange)]
    for (const reply of others) {
      assert.deepStrictEqual([reply.status, reply.text], [first.status, first.text])
      assert.deepStrictEqual([isReplay(reply), reply.headers.etag], [false, first.headers.etag])
    }
    return first
  })

  it.effect("answers, and does nothing twice when it is repeated", () =>
    Effect.gen(function* () {
      const created = yield* thrice(by(user, under(key, create({ title: "mine" }))))
      assert.strictEqual(created.status, 201)
      const { id } = yield* Schema.decodeUnknown(Created)(created.body)
      assert.match(id, /^session_0_/)
      assert.strictEqual(yield* countOf(user), 1)

      assert.strictEqual((yield* thrice(by(user, under("append", append(id))))).status, 201)
      assert.strictEqual((yield* thrice(by(user, under("send", send(id, "and you?"))))).status, 200)
      assert.deepStrictEqual(yield* said(id, user), [
        "user: hello",
        "user: and you?",
        "assistant: Thank you."
      ])

      const { claimToken, sessionId } = yield* start
      assert.strictEqual((yield* thrice(by(user, under("claim", claim(sessionId, claimToken))))).status, 200)
    })
  )

  it.effect("is told to the log, without the key and without a word of it", () =>
    Effect.gen(function* () {
      const lines = yield* Log.Log
      lines.length = 0
      const { headers } = yield* ask(by(user, under("the key itself", create({ title: "its text" }))))
      const [line, ...others] = lines.filter(({ text }) => text.includes("was not settled"))
      assert.lengthOf(others, 0)
      assert.strictEqual(line?.annotations["requestId"], headers["x-request-id"])
      assert.notMatch(JSON.stringify(lines), /the key itself|its text/)
    })
  )
})
