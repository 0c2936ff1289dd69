import type { HttpBody } from "@effect/platform"
import { assert, describe, it, layer as itWithLayer } from "@effect/vitest"
import {
  Impatience,
  MessageId,
  Reply,
  ReplyEvent,
  type ReplyReading,
  UnavailableError
} from "@workspace/domain"
import { AgentScripted, createTestSession } from "@workspace/domain/test-utils"
import { Cause, Chunk, DateTime, Effect, Fiber, Layer, Option, Schema, Stream, TestClock } from "effect"
import * as ChatResponse from "../../chat-response.ts"
import { Draining } from "../../draining.ts"
import { Metrics } from "../../metrics.ts"
import { ask, posting } from "../../test-utils/exchange.ts"
import * as Log from "../../test-utils/log.ts"
import * as ServerInMemory from "../../test-utils/server-in-memory.ts"

const { id: sessionId } = createTestSession()

const reply = (status: Reply["status"]) =>
  new Reply({
    id: MessageId.make("r"),
    sessionId,
    questionId: MessageId.make("q"),
    questionSequence: 1,
    regenerates: Option.none(),
    status,
    chunkCount: 1,
    messageSequence: Option.none(),
    createdAt: DateTime.unsafeMake(0)
  })

const chunk = ReplyEvent.Chunk({ chunk: { index: 1, parts: [{ _tag: "Text", text: "Thank you." }] } })
const ended = (status: Reply["status"]) => [
  chunk,
  ReplyEvent.Told({ reply: reply(status) }),
  ReplyEvent.Ended({ reply: reply(status) })
]

const draining = (closing: Effect.Effect<void>) =>
  Layer.succeed(Draining, {
    isDraining: () => closing === Effect.void,
    closing,
    watch: () => undefined,
    drain: () => Effect.void
  })

const textOf = (body: HttpBody.HttpBody) =>
  Effect.gen(function* () {
    assert(body._tag === "Stream")
    const bytes = yield* Effect.orDie(Stream.runCollect(body.stream))
    return Chunk.toReadonlyArray(bytes)
      .map((piece) => new TextDecoder().decode(piece))
      .join("")
  })

/** What a client is sent of these events. */
const sent = (events: ReplyReading["events"], closing: Effect.Effect<void> = Effect.never) =>
  Effect.gen(function* () {
    const { of } = yield* ChatResponse.make
    const { body } = of({ reply: reply("streaming"), events })
    return yield* textOf(body)
  }).pipe(Effect.provide(Layer.merge(draining(closing), Metrics.layer)))

const lastOf = (text: string) => text.trimEnd().split("\n\n").slice(-2).join("\n")

describe("a stream", () => {
  it.effect("tells how the reply ended", () =>
    Effect.gen(function* () {
      const endOf = (status: Reply["status"]) => Effect.map(sent(Stream.fromIterable(ended(status))), lastOf)
      assert.include(
        yield* endOf("complete"),
        '{"type":"finish","finishReason":"stop"}\nid: r:done\ndata: [DONE]'
      )
      assert.include(yield* endOf("cancelled"), '{"type":"abort",')
      assert.include(yield* endOf("interrupted"), '{"type":"error",')
    })
  )

  it.effect("gives a sign of life, and tells that there is nothing more to be seen", () =>
    Effect.gen(function* () {
      const text = yield* sent(Stream.make(chunk, ReplyEvent.Silence(), ReplyEvent.Lost()))
      assert.match(text, /Thank you[^\n]*\n\n: nothing yet\n\ndata: \{"type":"error"/)
      assert.match(text, /\[DONE\]\n\n$/)
    })
  )

  it.effect("is closed with a word when the process stops", () =>
    Effect.gen(function* () {
      const text = yield* sent(Stream.never, Effect.void)
      assert.match(
        text,
        /data: \{"type":"data-closing","data":\{"reason":"draining"\},"transient":true\}\n\n$/
      )
    })
  )

  it.effect("is closed with a word when the reply cannot be read on, and the log has why", () =>
    Effect.gen(function* () {
      const text = yield* sent(Stream.concat(Stream.make(chunk), Stream.dieMessage("secret")))
      assert.match(text, /Thank you.*"data-closing","data":\{"reason":"unavailable"\}[^\n]*\n\n$/s)
      assert.notInclude(text, "secret")
      const log = yield* Log.Log
      assert.isTrue(log.some(({ level, text: line }) => level === "ERROR" && line.includes("secret")))
    }).pipe(Effect.provide(Log.layer))
  )
})

describe("a reply that does not begin", () => {
  it.effect("is given up when the process stops", () =>
    Effect.gen(function* () {
      const { orUnavailable } = yield* ChatResponse.make
      const asking = yield* Effect.fork(Effect.flip(Effect.sandbox(orUnavailable(Effect.never))))
      yield* TestClock.adjust("1 second")
      const error = yield* Fiber.join(asking)
      assert.isTrue(Cause.isDie(error) && Cause.squash(error) instanceof UnavailableError)
    }).pipe(Effect.provide(Layer.merge(draining(Effect.void), Metrics.layer)))
  )

  it.effect("is read as it is when the process stops, and its client is told where to read on", () =>
    Effect.gen(function* () {
      const { of, orUnavailable } = yield* ChatResponse.make
      // As whoever waits for its first word does.
      const waiting = Effect.as(Effect.flatten(Impatience), {
        reply: reply("streaming"),
        events: Stream.never
      })
      const { body } = of(yield* orUnavailable(waiting))
      assert.match(yield* textOf(body), /"data-session".*"text-start".*"data-closing"/s)
    }).pipe(Effect.provide(Layer.merge(draining(Effect.void), Metrics.layer)))
  )
})

const Session = Schema.Struct({ id: Schema.String })

itWithLayer(
  ServerInMemory.layerServer(
    ServerInMemory.layerSessions(AgentScripted.says("Thank you. ", "Tell me more."))
  ),
  { excludeTestServices: true }
)("over HTTP a stream", (it) => {
  const newSession = Effect.map(
    Effect.flatMap(ask(posting("/api/sessions", {})), ({ body }) => Schema.decodeUnknown(Session)(body)),
    ({ id }) => id
  )

  it.effect("is only given for an object, which the refusal says in plain words", () =>
    Effect.gen(function* () {
      for (const path of ["/api/chat", "/api/chat/fork"]) {
        for (const sent of ["[]", "null", '"hello"']) {
          const { body, status } = yield* ask(posting(path, sent))
          assert.strictEqual(status, 400)
          assert.deepNestedInclude(body, { details: [{ path: "", message: "must be an object" }] })
        }
      }
    })
  )

  it.effect("has the headers that browsers, proxies and the AI SDK look at", () =>
    Effect.gen(function* () {
      const { headers } = yield* ask(posting("/api/chat", { sessionId: yield* newSession, message: "hello" }))
      assert.deepInclude(headers, {
        "content-type": "text/event-stream",
        "cache-control": "private, no-cache",
        "x-vercel-ai-ui-message-stream": "v1",
        "x-accel-buffering": "no"
      })
    })
  )

  it.effect("goes on after whichever event was seen last, to the very end", () =>
    Effect.gen(function* () {
      const id = yield* newSession
      const { text } = yield* ask(posting("/api/chat", { sessionId: id, message: "hello" }))
      const frames = text.split(/(?<=\n\n)/)
      assert.strictEqual(frames.length, 9)
      for (const [index, frame] of frames.entries()) {
        const seen = /^id: (.*)$/m.exec(frame)?.[1] ?? ""
        const rest = yield* ask({ path: `/api/chat/${id}/stream`, headers: { "last-event-id": seen } })
        const expected = frames.slice(index + 1).join("")
        assert.deepStrictEqual([rest.status, rest.text], [expected === "" ? 204 : 200, expected], seen)
      }
    })
  )
})
