import { HttpApiClient } from "@effect/platform"
import { assert, it } from "@effect/vitest"
import { BigOceanApi } from "@workspace/contracts"
import { MessageContent, MessageId, type SessionId } from "@workspace/domain"
import { Effect } from "effect"
import * as BigOcean from "./big-ocean.ts"
import { layerClient } from "./client.ts"

it.scopedLive("an assessment that is paused outlives its process and goes on to its end", () =>
  Effect.gen(function* () {
    const env = { DATA_DIR: yield* BigOcean.temporaryDirectory, NERIN_MAX_ITEMS: "8" }
    const serve = Effect.gen(function* () {
      const { kill, origin } = yield* BigOcean.serve({ env })
      const { assessment, sessions } = yield* HttpApiClient.make(BigOceanApi, { baseUrl: origin })
      const send = (sessionId: SessionId, id: string) =>
        assessment.message({
          headers: {},
          payload: { sessionId, id: MessageId.make(id), message: MessageContent.make("4") }
        })
      return { assessment, kill, send, sessions }
    })

    const first = yield* serve
    const { sessionId } = yield* first.assessment.start({ payload: {} })
    const path = { sessionId }
    for (const id of ["greeting", "1", "2", "3"]) yield* first.send(sessionId, id)
    assert.strictEqual((yield* first.assessment.pause({ path })).status, "paused")
    const { messages: before } = yield* first.assessment.get({ path })
    assert.strictEqual(before.length, 8)
    yield* first.kill

    const { assessment, send, sessions } = yield* serve
    const found = yield* assessment.get({ path })
    assert.strictEqual(found.session.status, "paused")
    assert.deepStrictEqual(found.messages, before)
    assert.strictEqual((yield* Effect.flip(send(sessionId, "4")))._tag, "InvalidSessionStateError")
    assert.strictEqual((yield* assessment.resume({ path })).status, "active")
    for (const id of ["4", "5", "6", "7"]) yield* send(sessionId, id)
    assert.strictEqual((yield* assessment.get({ path })).session.status, "active")
    yield* send(sessionId, "8")
    const { messages, session } = yield* assessment.get({ path })
    assert.deepStrictEqual([session.status, messages.length], ["completed", 18])
    assert.deepStrictEqual(messages.slice(0, 8), before)

    const timeline = sessions.estimates({ path, urlParams: { limit: 50 } })
    const { estimates } = yield* Effect.repeat(Effect.delay(timeline, "20 millis"), {
      until: ({ scoredThrough }) => scoredThrough === 18
    })
    const { scoredThrough, traits } = yield* assessment.results({ path })
    assert.strictEqual(scoredThrough, 18)
    assert.strictEqual(
      Object.values(traits).reduce((sum, { answers }) => sum + answers, 0),
      8
    )
    assert.deepStrictEqual(
      estimates.map(({ throughSequence, traits }) => [throughSequence, traits.answers]),
      [4, 6, 8, 10, 12, 14, 16, 18].map((sequence, index) => [sequence, index + 1])
    )
  }).pipe(Effect.provide(layerClient))
)
