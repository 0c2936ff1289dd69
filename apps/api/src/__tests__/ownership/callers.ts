import { assert } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { ask, type Exchange, posting } from "../../test-utils/exchange.ts"
import * as IdentityOfTest from "../../test-utils/identity-of-test.ts"

const Started = Schema.Struct({ sessionId: Schema.String, claimToken: Schema.String })
const Created = Schema.Struct({ id: Schema.String })

/** A caller's requests, by its token; nobody's without one. */
export const callerOf = Effect.fnUntraced(function* (userId?: string) {
  const own = userId === undefined ? {} : yield* IdentityOfTest.bearer(userId)
  const send = (exchange: Exchange) => ask({ ...exchange, headers: { ...own, ...exchange.headers } })
  return {
    send,
    create: Effect.gen(function* () {
      const { body } = yield* send(posting("/api/sessions", {}))
      return (yield* Schema.decodeUnknown(Created)(body)).id
    }),
    claim: (sessionId: string, claimToken: string) =>
      send(posting(`/api/sessions/${sessionId}/claim`, { claimToken }))
  }
})

/** A session of nobody, with a message, and the token that it can be claimed with. */
export const startAnonymous = Effect.gen(function* () {
  const { body } = yield* ask(posting("/api/assessment/start", {}))
  const started = yield* Schema.decodeUnknown(Started)(body)
  const { sessionId } = started
  const said = yield* ask(posting("/api/assessment/message", { sessionId, message: "mine" }))
  assert.strictEqual(said.status, 200)
  return started
})
