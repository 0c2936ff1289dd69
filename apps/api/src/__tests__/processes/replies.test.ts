import { randomUUID } from "node:crypto"
import { assert, layer } from "@effect/vitest"
import { freshDatabase } from "@workspace/database/test-utils"
import { Array, Context, Duration, Effect, Layer, Random } from "effect"
import { inject } from "vitest"
import * as EventStream from "../../test-utils/event-stream.ts"
import { exchange, posting } from "../../test-utils/exchange.ts"
import { asConversation, asSession } from "../../test-utils/session-caller.ts"
import { counted } from "../../test-utils/talking-agent.ts"
import * as BigOcean from "./big-ocean.ts"
import * as Counting from "./counting.ts"
import { poolOf } from "./pool.ts"

const { until } = EventStream

/** A database, and a process that is there all the time. */
class Surviving extends Context.Tag("Surviving")<
  Surviving,
  { readonly url: string; readonly origin: string }
>() {}

const layerSurviving = Layer.scoped(
  Surviving,
  Effect.gen(function* () {
    const url = yield* freshDatabase(inject("postgresUrl"))
    const env = yield* Counting.environment(60)
    const { origin } = yield* BigOcean.serve({ env: { ...env, DATABASE_URL: url } })
    return { url, origin }
  })
)

const another = (to: number) =>
  Effect.gen(function* () {
    const { url } = yield* Surviving
    const env = yield* Counting.environment(to)
    return yield* BigOcean.serve({ env: { ...env, DATABASE_URL: url } })
  })

const newSession = Effect.gen(function* () {
  const { origin } = yield* Surviving
  const { id } = yield* Effect.flatMap(
    exchange(origin, posting("/api/sessions", { agent: "counter" })),
    asSession
  )
  return id
})

const messagesOf = Effect.fnUntraced(function* (sessionId: string) {
  const { origin } = yield* Surviving
  const reply = yield* exchange(origin, { path: `/api/sessions/${sessionId}` })
  return (yield* asConversation(reply)).messages
})

const message = (sessionId: string) =>
  posting("/api/chat", {
    sessionId,
    message: { id: `m-${randomUUID()}`, parts: [{ type: "text", text: "Count, please." }] }
  })

layer(layerSurviving, { excludeTestServices: true, timeout: "5 minutes" })("replies", (it) => {
  it.scoped("are written by one process and read on another, and end on another when theirs is killed", () =>
    Effect.gen(function* () {
      const { origin: surviving, url } = yield* Surviving
      const killOne = Effect.gen(function* () {
        const { kill, origin } = yield* another(3_000)
        const replies = yield* Effect.forEach(
          Array.range(1, 5),
          () =>
            Effect.gen(function* () {
              const sessionId = yield* newSession
              yield* Effect.sleep(yield* Random.nextIntBetween(0, 1_000))
              const asked = message(sessionId)
              // A process that has only begun may not have its connections on a busy machine: the same again is safe.
              const stream = yield* Effect.repeat(EventStream.open(origin, asked), {
                until: ({ status }) => status === 200,
                times: 5
              })
              assert.strictEqual(stream.status, 200)
              return { sessionId, stream }
            }),
          { concurrency: "unbounded" }
        )
        const [first] = replies
        assert(first !== undefined)
        const elsewhere = yield* EventStream.open(surviving, { path: `/api/chat/${first.sessionId}/stream` })
        yield* until(() => elsewhere.told().startsWith("1 2 3 4 5 "))
        yield* Effect.sleep(yield* Random.nextIntBetween(0, 1_000))
        yield* kill
        const all = [...replies, { sessionId: first.sessionId, stream: elsewhere }]
        return all.map(({ sessionId, stream }) => ({ sessionId, told: stream.told() }))
      })
      const cutOff = yield* Effect.map(
        Effect.forEach(Array.range(1, 5), () => killOne, { concurrency: 2 }),
        Array.flatten
      )
      const sessionIds = Array.dedupe(cutOff.map(({ sessionId }) => sessionId))
      assert.strictEqual(sessionIds.length, 25)

      const pool = yield* poolOf(url)
      const streaming = Effect.promise(() => pool.query("select 1 from replies where status = 'streaming'"))
      yield* Effect.repeat(Effect.zipRight(Effect.sleep(250), streaming), {
        until: ({ rowCount }) => rowCount === 0
      })

      for (const { sessionId, told } of cutOff) {
        // A reply that a busy machine cut off before was begun anew: the last one is that which was told.
        const [question, ...answers] = yield* messagesOf(sessionId)
        assert.strictEqual(question?.content, "Count, please.")
        assert.isTrue(answers.every(({ role }) => role === "assistant"))
        const answer = answers.at(-1)
        assert.isTrue(counted(3_000).startsWith(answer?.content ?? "lost"))
        assert.isTrue(answer?.content.startsWith(told), `${told} was sent, ${answer?.content} is kept`)
        assert.deepStrictEqual<unknown>(answer?.metadata["reply"], { status: "interrupted" })
      }
      for (const sessionId of sessionIds.slice(0, 2)) {
        const again = yield* exchange(
          surviving,
          posting("/api/chat", { sessionId, trigger: "regenerate-message" })
        )
        assert.strictEqual(again.status, 200)
        const [, ...answers] = yield* messagesOf(sessionId)
        assert.strictEqual(answers.at(-1)?.content, counted(60))
        assert.isTrue(answers.every(({ role }) => role === "assistant"))
      }
    })
  )

  it.scoped(
    "go on elsewhere for whoever reads them when a process stops, and end in time or are cut off",
    () =>
      Effect.gen(function* () {
        const { origin: surviving } = yield* Surviving
        const rests = yield* Effect.forEach(
          [100, 1_000],
          (to) =>
            Effect.gen(function* () {
              const { ended, origin, output, signal } = yield* another(to)
              const sessionId = yield* newSession
              const stream = yield* EventStream.open(origin, message(sessionId))
              yield* until(() => stream.told().startsWith("1 2 3 "))
              yield* signal("SIGTERM")
              yield* stream.ended
              assert.deepInclude(stream.parts().at(-1), {
                type: "data-closing",
                data: { reason: "draining" },
                transient: true
              })
              assert.isFalse(stream.isDone())
              const rest = yield* EventStream.open(surviving, {
                path: `/api/chat/${sessionId}/stream`,
                headers: { "last-event-id": stream.lastId() }
              })
              assert.strictEqual(rest.status, 200)
              const [duration, code] = yield* Effect.timed(ended)
              assert.strictEqual(code, 0, output())
              assert.isBelow(Duration.toSeconds(duration), 10)
              yield* rest.ended
              assert.isTrue(rest.isDone())
              const told = stream.told() + rest.told()
              const [, answer] = yield* messagesOf(sessionId)
              assert.strictEqual(answer?.content, told)
              return { told, last: rest.parts().at(-1)?.type }
            }),
          { concurrency: 2 }
        )
        const [whole, cut] = rests
        assert.deepStrictEqual(whole, { told: counted(100), last: "finish" })
        assert.isTrue(counted(1_000).startsWith(cut?.told ?? "lost"))
        assert.strictEqual(cut?.last, "error")
      })
  )
})
