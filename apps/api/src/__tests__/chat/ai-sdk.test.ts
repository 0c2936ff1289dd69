import { randomUUID } from "node:crypto"
import { assert, layer as itWithLayer } from "@effect/vitest"
import { layerEmbeddedInMemory, layerPostgres } from "@workspace/database/test-utils"
import { Array, Effect, Fiber, Layer } from "effect"
import * as Sessions from "../../sessions.ts"
import { makeChat } from "../../test-utils/chat-client.ts"
import { ask, originOf, posting } from "../../test-utils/exchange.ts"
import * as ScriptedSessions from "../../test-utils/scripted-sessions.ts"
import * as ServerInMemory from "../../test-utils/server-in-memory.ts"
import { asConversation, asSession } from "../../test-utils/session-caller.ts"
import * as TalkingAgent from "../../test-utils/talking-agent.ts"

const { counted } = TalkingAgent

const stores = {
  "on a server": layerPostgres,
  embedded: layerEmbeddedInMemory
}

/** A page with a session of a new user. */
const newPage = Effect.gen(function* () {
  const origin = yield* originOf
  const headers = { "x-user-id": `user-${randomUUID()}` }
  const { id } = yield* Effect.flatMap(ask(posting("/api/sessions", {}, headers)), asSession)
  const open = makeChat({ origin, id, headers })
  return {
    id,
    open,
    chat: yield* open,
    stop: ask(posting(`/api/chat/${id}/stop`, "", headers)),
    stored: Effect.map(
      Effect.flatMap(ask({ path: `/api/sessions/${id}`, headers }), asConversation),
      (_) => _.messages
    )
  }
})

for (const [store, database] of Object.entries(stores)) {
  const server = ServerInMemory.layerServer(
    Layer.provide(Sessions.layer, [TalkingAgent.layer, ScriptedSessions.layerFiles])
  ).pipe(Layer.provide(database))
  itWithLayer(server, { excludeTestServices: true, timeout: "5 minutes" })(
    `a chat of the AI SDK, ${store}`,
    (it) => {
      it.effect("sends, and shows the reply, which is the message that is stored", () =>
        Effect.gen(function* () {
          const { chat, id, stored } = yield* newPage
          yield* chat.send("count 10")
          assert.deepStrictEqual(
            [chat.status(), chat.error(), chat.messages().length],
            ["ready", undefined, 2]
          )
          assert.strictEqual(chat.shown(), counted(10))
          assert.deepStrictEqual(
            (yield* stored).map((message) => [message.id, message.content]),
            [
              [chat.messages()[0]?.id, "count 10"],
              [chat.messages()[1]?.id, counted(10)]
            ]
          )
          assert.deepStrictEqual<unknown>(chat.seen(), [
            { type: "data-session", data: { sessionId: id }, transient: true }
          ])
        })
      )

      it.effect("comes back to a reply that is on its way, on any number of pages", () =>
        Effect.gen(function* () {
          const { chat, open } = yield* newPage
          const sending = yield* Effect.fork(chat.send("count 30"))
          yield* Effect.repeat(Effect.sleep(5), { until: () => chat.shown().length > 20 })
          const pages = yield* Effect.all(Array.replicate(open, 5))
          yield* Effect.forEach(pages, ({ resume }) => resume, { concurrency: "unbounded" })
          yield* Fiber.join(sending)
          for (const page of [chat, ...pages]) assert.strictEqual(page.shown(), counted(30))
        })
      )

      it.effect("finds nothing where nothing is on its way", () =>
        Effect.gen(function* () {
          const { chat } = yield* newPage
          yield* chat.resume
          assert.deepStrictEqual([chat.status(), chat.messages()], ["ready", []])
          yield* chat.send("count 3")
          yield* chat.resume
          assert.deepStrictEqual([chat.status(), chat.shown()], ["ready", counted(3)])
        })
      )

      it.effect("stops a reply, and keeps what was shown of it", () =>
        Effect.gen(function* () {
          const { chat, stop, stored } = yield* newPage
          const sending = yield* Effect.fork(chat.send("count 20 and hang"))
          yield* Effect.repeat(Effect.sleep(5), { until: () => chat.shown().length > 10 })
          const { body } = yield* stop
          assert.propertyVal(body, "status", "cancelled")
          yield* Fiber.join(sending)
          assert.strictEqual(chat.status(), "ready")
          const [, answer] = yield* stored
          assert.strictEqual(answer?.content, chat.shown())
          assert.isTrue(counted(20).startsWith(chat.shown()))
          assert.deepStrictEqual<unknown>(answer?.metadata, { reply: { status: "cancelled" } })
        })
      )

      it.effect("shows why there is no reply where the agent fails before its first word", () =>
        Effect.gen(function* () {
          const { chat, stored } = yield* newPage
          yield* chat.send("fail")
          assert.strictEqual(chat.status(), "error")
          assert.include(chat.error()?.message, "AGENT_UNAVAILABLE")
          assert.deepStrictEqual(
            (yield* stored).map(({ content }) => content),
            ["fail"]
          )
        })
      )

      it.effect("shows that a reply has broken off, and what there is of it", () =>
        Effect.gen(function* () {
          const { chat, stored } = yield* newPage
          yield* chat.send("count 10 and fail")
          assert.strictEqual(chat.status(), "error")
          assert.include(chat.error()?.message, "broken off")
          assert.strictEqual(chat.shown(), counted(10))
          assert.strictEqual((yield* stored)[1]?.content, counted(10))
        })
      )

      it.effect("is loaded anew twenty times in one reply, and shows the whole of it once", () =>
        Effect.gen(function* () {
          const { chat, open, stored } = yield* newPage
          const sending = yield* Effect.fork(chat.send("count 60"))
          yield* Effect.repeat(Effect.sleep(5), { until: () => chat.shown().length > 5 })
          yield* chat.leave
          yield* Fiber.join(sending)
          for (const _ of Array.range(1, 20)) {
            const page = yield* open
            const resuming = yield* Effect.fork(page.resume)
            yield* Effect.sleep(30)
            yield* page.leave
            yield* Fiber.join(resuming)
            assert.isTrue(counted(60).startsWith(page.shown()))
          }
          const last = yield* open
          yield* last.resume
          const messages = yield* stored
          assert.deepStrictEqual(
            messages.map(({ content }) => content),
            ["count 60", counted(60)]
          )
          assert.include(["", counted(60)], last.shown())
        })
      )

      it.effect("regenerates the answer, with the other in its place", () =>
        Effect.gen(function* () {
          const { chat, stored } = yield* newPage
          yield* chat.send("count 5")
          const first = chat.messages()[1]?.id
          yield* chat.regenerate
          assert.deepStrictEqual([chat.status(), chat.messages().length], ["ready", 2])
          assert.notStrictEqual(chat.messages()[1]?.id, first)
          assert.deepStrictEqual<unknown>(
            (yield* stored).map(({ metadata }) => metadata),
            [{}, {}, { reply: { regenerates: first } }]
          )
        })
      )

      it.effect("talks in a thread of its own name", () =>
        Effect.gen(function* () {
          const origin = yield* originOf
          const headers = { "x-user-id": `user-${randomUUID()}` }
          const thread = { threadId: randomUUID(), resourceId: "customer-42" }
          const chat = yield* makeChat({ origin, id: "whatever the page calls it", headers, body: thread })
          yield* chat.send("count 3")
          yield* chat.send("count 4")
          assert.deepStrictEqual(
            [chat.status(), chat.shown(), chat.messages().length],
            ["ready", counted(4), 4]
          )
          const [first, second] = chat.seen().map(({ data }) => data)
          assert.deepStrictEqual(first, second)
          assert.deepInclude(first, thread)
        })
      )
    }
  )
}
