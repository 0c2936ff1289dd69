import { assert, layer as itWithLayer } from "@effect/vitest"
import { layerPostgres } from "@workspace/database/test-utils"
import { Array, Effect, Layer, Scope } from "effect"
import * as Sessions from "../../sessions.ts"
import * as EventStream from "../../test-utils/event-stream.ts"
import { ask, originOf, posting } from "../../test-utils/exchange.ts"
import * as ScriptedSessions from "../../test-utils/scripted-sessions.ts"
import * as ServerInMemory from "../../test-utils/server-in-memory.ts"
import { asSession } from "../../test-utils/session-caller.ts"
import * as TalkingAgent from "../../test-utils/talking-agent.ts"

const { counted } = TalkingAgent

const server = ServerInMemory.layerServer(
  Layer.provide(Sessions.layer, [TalkingAgent.layer, ScriptedSessions.layerFiles])
).pipe(Layer.provide(layerPostgres))

const newSession = Effect.map(Effect.flatMap(ask(posting("/api/sessions", {})), asSession), ({ id }) => id)

const openStreams = Effect.map(ask({ path: "/metrics" }), ({ text }) =>
  Number(/^chat_streams_open (\d+)$/m.exec(text)?.[1])
)

/** How many seconds of work it takes until so many streams are open, however busy the machine is otherwise. */
const settlesAt = (count: number) =>
  Effect.gen(function* () {
    const before = process.cpuUsage()
    yield* Effect.zipRight(Effect.sleep(50), openStreams).pipe(
      Effect.repeat({ until: (open) => open === count }),
      Effect.timeout("20 seconds")
    )
    const { system, user } = process.cpuUsage(before)
    return (system + user) / 1e6
  })

itWithLayer(server, { excludeTestServices: true, timeout: "5 minutes" })("the streams of replies", (it) => {
  it.scoped("close with their clients, a thousand within two seconds", () =>
    Effect.gen(function* () {
      const origin = yield* originOf
      const sessionId = yield* newSession
      const clients = yield* Scope.make()
      const open = (exchange: Parameters<typeof EventStream.open>[1]) =>
        EventStream.open(origin, exchange).pipe(Scope.extend(clients))
      const first = yield* open(posting("/api/chat", { sessionId, message: "count 5 and hang" }))
      yield* EventStream.until(() => first.told() === counted(5))
      const others = yield* Effect.forEach(
        Array.range(1, 999),
        () => open({ path: `/api/chat/${sessionId}/stream` }),
        { concurrency: 50 }
      )
      yield* settlesAt(1_000)
      yield* EventStream.until(() => others.every(({ text }) => text().includes("5 ")))
      yield* Effect.forEach([first, ...others], ({ leave }) => leave, { discard: true })
      assert.isBelow(yield* settlesAt(0), 2)
      assert.strictEqual((yield* ask(posting(`/api/chat/${sessionId}/stop`, ""))).status, 200)
    })
  )

  it.scoped("are none for who only asks for their heads, or goes before the reply has begun", () =>
    Effect.gen(function* () {
      const origin = yield* originOf
      const sessionId = yield* newSession
      const path = `/api/chat/${sessionId}/stream`
      const asking = yield* Effect.fork(
        EventStream.open(origin, posting("/api/chat", { sessionId, message: "hang" }))
      )
      yield* Effect.repeat(Effect.zipRight(Effect.sleep(10), ask({ method: "HEAD", path })), {
        until: ({ status }) => status === 200
      })
      yield* asking.interruptAsFork(asking.id())
      yield* settlesAt(0)
      // The reply goes on nevertheless.
      assert.strictEqual((yield* ask({ method: "HEAD", path })).headers["content-type"], "text/event-stream")
      assert.strictEqual((yield* ask(posting(`/api/chat/${sessionId}/stop`, ""))).status, 200)
    })
  )

  it.scoped("cost little where nobody reads them, and hold up nobody else", () =>
    Effect.gen(function* () {
      const origin = yield* originOf
      const sessionId = yield* newSession
      const begin = yield* EventStream.open(origin, posting("/api/chat", { sessionId, message: "count 200" }))
      const before = process.memoryUsage().rss
      const silent = yield* Effect.forEach(
        Array.range(1, 50),
        () => EventStream.open(origin, { path: `/api/chat/${sessionId}/stream` }, { reads: false }),
        { concurrency: 50 }
      )
      yield* begin.ended
      assert.strictEqual(begin.told(), counted(200))
      assert.isBelow((process.memoryUsage().rss - before) / silent.length, 5 * 1024 * 1024)
    })
  )
})
