import { assert, describe, it } from "@effect/vitest"
import { AgentPart, AssessmentNote, Evidence, ItemId } from "@workspace/domain"
import { Chunk, Effect, Fiber, Option, Stream } from "effect"
import { items } from "../../nerin/item-bank.ts"
import { answer, anthropic, openAi, type Protocol } from "../../test-utils/protocols.ts"
import { events, json, type Reply } from "../../test-utils/provider-server.ts"
import { make, spokenBy, talk, timePasses } from "./agent-of-test.ts"

const said = [
  ["user", "Long ago I said this."],
  ["assistant", "Hello."],
  ["user", "Hello."],
  ["assistant", "How are you?"],
  ["user", "Well."],
  ["assistant", "Do you make friends easily?"],
  ["user", "Oh yes, always."]
] as const

const itemId = items[1]?.id ?? ItemId.make("missing")
const entry = { itemId, score: 5, confidence: 0.9 }

/** The parts of an answer to which the model reports this. */
const parts = Effect.fnUntraced(function* (protocol: Protocol, ...reports: ReadonlyArray<Reply>) {
  const { agent, asked, layerLog, log } = yield* make(
    protocol,
    { answers: [events(...answer(protocol, "Good."))], reports },
    { assesses: true }
  )
  const answering = yield* Effect.fork(
    Effect.provide(Stream.runCollect(agent.respond(talk(...said))), layerLog)
  )
  let isOver = false
  answering.addObserver(() => {
    isOver = true
  })
  yield* timePasses(() => isOver)
  return {
    parts: Chunk.toReadonlyArray(yield* Fiber.join(answering)),
    log: log.join("\n"),
    reports: asked.filter(({ body }) => body.stream !== true).map(({ text }) => text)
  }
})

const withoutNote = (protocol: Protocol) => [AgentPart.Text({ text: "Good." }), spokenBy(protocol)]

const note = (protocol: Protocol, ...evidence: ReadonlyArray<ConstructorParameters<typeof Evidence>[0]>) => [
  ...withoutNote(protocol),
  AgentPart.Data({
    data: new AssessmentNote({ asks: Option.none(), evidence: evidence.map((_) => new Evidence(_)) }).metadata
  })
]

describe.each([openAi, anthropic])("an agent of $provider that assesses", (protocol) => {
  const report = (...evidence: ReadonlyArray<unknown>): Reply => json(200, protocol.report({ evidence }))

  it.scoped("reads the last messages for evidence, and gives it beside the text", () =>
    Effect.gen(function* () {
      const { log, parts: answered, reports } = yield* parts(protocol, report(entry))
      assert.deepStrictEqual(answered, note(protocol, entry))
      assert.notInclude(log, "WARN")
      assert.lengthOf(reports, 1)
      assert.include(reports.join(), "Oh yes, always.")
      assert.include(reports.join(), itemId)
      assert.notInclude(reports.join(), "Long ago")
    })
  )

  it.scoped("tells the model no more of a conversation, in either request, than it may know", () =>
    Effect.gen(function* () {
      const { agent, asked } = yield* make(
        protocol,
        { answers: [events(...answer(protocol, "Good."))], reports: [report()] },
        { assesses: true, contextBytes: 1_000 }
      )
      yield* Stream.runDrain(
        agent.respond(talk(["user", "Too much."], ["user", "x".repeat(960)], ["user", "And now?"]))
      )
      assert.lengthOf(asked, 2)
      for (const { text } of asked) {
        assert.include(text, "And now?")
        assert.include(text, "xxx")
        assert.notInclude(text, "Too much.")
      }
    })
  )

  it.scoped("leaves out what is no evidence on an item of the questionnaire", () =>
    Effect.gen(function* () {
      const { log, parts: answered } = yield* parts(
        protocol,
        report(
          { ...entry, itemId: "unknown" },
          { ...entry, itemId: "Oh yes, always." },
          { ...entry, score: 6 },
          { ...entry, score: 2.5 },
          { ...entry, confidence: 1.5 },
          { ...entry, score: 1 },
          entry
        )
      )
      assert.deepStrictEqual(answered, note(protocol, entry))
      assert.include(log, '"entries":5')
      assert.notInclude(log, "always")
    })
  )

  it.scoped("gives no data where there is no evidence", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual((yield* parts(protocol, report())).parts, withoutNote(protocol))
    })
  )

  it.scoped("asks once more for a report that may come the second time", () =>
    Effect.gen(function* () {
      const { parts: answered } = yield* parts(protocol, json(503, {}), report(entry))
      assert.deepStrictEqual(answered, note(protocol, entry))
    })
  )

  it.scoped.each([
    [
      "is refused",
      json(400, { type: "error", error: { type: "invalid_request_error", message: "secret" } }),
      "400"
    ],
    ["is malformed", json(200, protocol.report({ evidence: [{ itemId: 7 }] })), "malformed"],
    ["is none", json(200, { secret: true }), "malformed"]
  ] satisfies ReadonlyArray<readonly [string, Reply, string]>)(
    "answers also when the report %s",
    ([, reply, kind]) =>
      Effect.gen(function* () {
        const { log, parts: answered } = yield* parts(protocol, reply)
        assert.deepStrictEqual(answered, withoutNote(protocol))
        assert.include(log, "no evidence")
        assert.include(log, kind)
        assert.notMatch(log, /secret|always/)
      })
  )

  it.scoped("does not wait for ever for a report", () =>
    Effect.gen(function* () {
      const { log, parts: answered } = yield* parts(protocol, () => undefined)
      assert.deepStrictEqual(answered, withoutNote(protocol))
      assert.match(log, /no evidence .*timeout/)
    })
  )
})

describe("an agent that does not assess", () => {
  it.scoped("asks for no report", () =>
    Effect.gen(function* () {
      const { agent, asked } = yield* make(openAi, { answers: [events(...answer(openAi, "Good."))] })
      assert.deepStrictEqual(
        Chunk.toReadonlyArray(yield* Stream.runCollect(agent.respond(talk(...said)))),
        withoutNote(openAi)
      )
      assert.lengthOf(asked, 1)
    })
  )
})
