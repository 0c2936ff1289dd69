import { assert, describe, it } from "@effect/vitest"
import type { AgentPart } from "@workspace/domain"
import { Effect, Fiber, Queue, Stream, TestClock } from "effect"
import { answer, anthropic, openAi, type Protocol } from "../../test-utils/protocols.ts"
import { begins, breaksOff, events, json, type Reply } from "../../test-utils/provider-server.ts"
import { key, make, talk, timePasses } from "./agent-of-test.ts"

const question = talk(["user", "I like parties."])

const secretive = { error: { type: "invalid_request_error", message: `secret details of ${key}` } }

/** What an agent makes of these replies: its text, or why there is none; time runs while the provider is silent. */
const outcome = Effect.fnUntraced(function* (protocol: Protocol, ...answers: ReadonlyArray<Reply>) {
  const { agent, asked, layerLog, log } = yield* make(protocol, { answers })
  const pieces: Array<string> = []
  const result = yield* agent.respond(question).pipe(
    Stream.runForEach((part) => Effect.sync(() => pieces.push(part._tag === "Text" ? part.text : ""))),
    Effect.match({ onFailure: (error) => error.code, onSuccess: () => "answered" }),
    Effect.provide(layerLog),
    Effect.fork
  )
  let isOver = false
  result.addObserver(() => {
    isOver = true
  })
  yield* timePasses(() => isOver)
  assert.notMatch(log.join("\n"), /secret|sk-the-key|parties|Which/)
  return {
    result: yield* Fiber.join(result),
    text: pieces.join(""),
    requests: asked.length,
    log: log.join("\n")
  }
})

describe.each([openAi, anthropic])("an agent of $provider", (protocol) => {
  const whole = events(...answer(protocol, "Which ", "ones?"))
  const mute: Reply = () => undefined
  const begun = [...protocol.start, protocol.delta("Which ")]

  const passing: ReadonlyArray<readonly [what: string, reply: Reply]> = [
    ["a refusal for too many requests", json(429, secretive)],
    ["a failing provider", json(500, secretive)],
    ["a provider under load", json(529, secretive)],
    ["a provider that never answers", mute],
    ["a provider that says nothing", begins(protocol.start)],
    ["a connection that is closed", breaksOff],
    ["a connection that breaks off before the text", begins(protocol.start, breaksOff)],
    ["an answer that ends before the text", events(...protocol.start)]
  ]

  it.scoped.each(passing)("asks again after %s", ([, reply]) =>
    Effect.gen(function* () {
      const { log, requests, result, text } = yield* outcome(protocol, reply, whole)
      assert.deepStrictEqual([result, text, requests], ["answered", "Which ones?", 2])
      assert.match(log, /asked again .*"agent":"nerin"/)
    })
  )

  const lasting = passing.filter(([what]) => /many requests|says nothing|breaks off/.test(what))

  it.scoped.each(lasting)("asks no third time after %s", ([, reply]) =>
    Effect.gen(function* () {
      const { requests, result, text } = yield* outcome(protocol, reply, reply, whole)
      assert.deepStrictEqual([result, text, requests], ["AGENT_UNAVAILABLE", "", 2])
    })
  )

  it.scoped.each([
    ["a bad request", json(400, secretive), "400"],
    ["a wrong key", json(401, secretive), "401"],
    ["an unknown model", json(404, secretive), "404"],
    ["an answer without text", events(...answer(protocol, "\n", " ")), "empty"],
    ["an answer of nothing", events(...answer(protocol)), "empty"],
    ["a refusal of the model", events(...protocol.start, ...protocol.refusal), "refusal"],
    ["a failure inside the answer", events(...protocol.start, ...protocol.failure), "provider-error"]
  ] satisfies ReadonlyArray<readonly [string, Reply, string]>)(
    "does not ask again after %s",
    ([, reply, kind]) =>
      Effect.gen(function* () {
        const { log, requests, result } = yield* outcome(protocol, reply, whole)
        assert.deepStrictEqual([result, requests], ["AGENT_UNAVAILABLE", 1])
        assert.include(log, kind)
      })
  )

  it.scoped.each([
    ["whose connection breaks off", begins(begun, breaksOff), "connection"],
    ["that ends without its end", events(...begun), "connection"],
    ["that stops coming", begins(begun), "timeout"],
    ["that reaches the limit of length", events(...begun, ...protocol.cutOff), "cut-off"],
    ["that is refused in the middle", events(...begun, ...protocol.refusal), "refusal"],
    ["that fails in the middle", events(...begun, ...protocol.failure), "provider-error"],
    [
      "that has a malformed event",
      events(...begun, protocol.malformed, protocol.delta("?"), ...protocol.end("Which ones?")),
      "malformed"
    ]
  ] satisfies ReadonlyArray<readonly [string, Reply, string]>)(
    "does not take an answer %s for whole",
    ([, reply, kind]) =>
      Effect.gen(function* () {
        const { log, requests, result } = yield* outcome(protocol, reply, whole)
        assert.deepStrictEqual([result, requests], ["AGENT_UNAVAILABLE", 1])
        assert.include(log, kind)
      })
  )

  it.scoped("does not take a page that is no stream for an answer", () =>
    Effect.gen(function* () {
      const page: Reply = (response) => {
        response.writeHead(200, { "content-type": "text/html" }).end("<p>secret</p>")
      }
      const { result } = yield* outcome(protocol, page, page)
      assert.strictEqual(result, "AGENT_UNAVAILABLE")
    })
  )

  it.scoped("ends an answer that would never end, after three quarters of a minute", () =>
    Effect.gen(function* () {
      const drips: Array<() => void> = []
      const slow = begins(begun, (response) => {
        drips.push(() => response.write(protocol.delta("more ")))
      })
      const { agent } = yield* make(protocol, { answers: [slow] })
      const pieces = yield* Queue.unbounded<AgentPart>()
      const answering = yield* agent.respond(question).pipe(
        Stream.runForEach((piece) => Queue.offer(pieces, piece)),
        Effect.flip,
        Effect.fork
      )
      yield* Queue.take(pieces)
      for (let seconds = 5; seconds < 45; seconds += 5) {
        yield* TestClock.adjust("5 seconds")
        for (const drip of drips) drip()
        yield* Queue.take(pieces)
      }
      yield* TestClock.adjust("5 seconds")
      assert.strictEqual((yield* Fiber.join(answering)).code, "AGENT_UNAVAILABLE")
    })
  )
})
