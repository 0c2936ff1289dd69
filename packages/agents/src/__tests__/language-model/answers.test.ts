import { assert, describe, it } from "@effect/vitest"
import { AgentPart, type MessageRole } from "@workspace/domain"
import { Chunk, Deferred, Effect, Fiber, Stream } from "effect"
import { answer, anthropic, openAi, type Protocol } from "../../test-utils/protocols.ts"
import { begins, events, type Reply } from "../../test-utils/provider-server.ts"
import { key, make, spokenBy, talk } from "./agent-of-test.ts"

const question = talk(["user", "I like parties."])

/** What a provider is told of a conversation. */
const told = (protocol: Protocol, ...conversation: ReadonlyArray<readonly [MessageRole, string]>) =>
  Effect.gen(function* () {
    const { agent, asked } = yield* make(protocol, { answers: [events(...answer(protocol, "Well."))] })
    yield* Stream.runDrain(agent.respond(talk(...conversation)))
    return asked.map(({ body }) => protocol.said(body))
  })

describe.each([openAi, anthropic])("an agent of $provider", (protocol) => {
  it.scoped("gives the pieces of an answer as they come", () =>
    Effect.gen(function* () {
      const first = yield* Deferred.make<void>()
      const rest: Array<() => void> = []
      const held: Reply = begins([...protocol.start, protocol.delta("Which ")], (response) => {
        rest.push(() => response.end([protocol.delta("ones?"), ...protocol.end("Which ones?")].join("")))
      })
      const { agent } = yield* make(protocol, { answers: [held] })
      const answering = yield* agent.respond(question).pipe(
        Stream.tap(() => Deferred.succeed(first, undefined)),
        Stream.runCollect,
        Effect.fork
      )
      yield* Deferred.await(first)
      for (const send of rest) send()
      assert.deepStrictEqual(Chunk.toReadonlyArray(yield* Fiber.join(answering)), [
        AgentPart.Text({ text: "Which " }),
        spokenBy(protocol),
        AgentPart.Text({ text: "ones?" })
      ])
    })
  )

  it.scoped("shows the key to its provider, in one header, and to nobody else", () =>
    Effect.gen(function* () {
      const { agent, asked, layerLog, log } = yield* make(protocol, {
        answers: [events(...answer(protocol, "Which ones?"))]
      })
      yield* Effect.provide(Stream.runDrain(agent.respond(question)), layerLog)
      assert.strictEqual(asked.length, 1)
      for (const { body, headers, path, text } of asked) {
        const [name, value] = protocol.key(key)
        const { [name]: sent, ...others } = headers
        assert.strictEqual(sent, value)
        assert.strictEqual(path, protocol.path)
        assert.strictEqual(body.stream, true)
        assert.notInclude(JSON.stringify(others) + path + text, key)
        assert.notProperty(others, "traceparent")
      }
      assert.deepStrictEqual(log, [])
    })
  )

  it.scoped("may take 4,096 tokens for an answer", () =>
    Effect.gen(function* () {
      const { agent, asked } = yield* make(protocol, { answers: [events(...answer(protocol, "Well."))] })
      yield* Stream.runDrain(agent.respond(question))
      assert.deepStrictEqual(
        asked.map(({ body }) => body[protocol.maxTokens]),
        [4_096]
      )
    })
  )

  it.scoped("without a key cannot answer, asks nobody, and the log says so once", () =>
    Effect.gen(function* () {
      const { agent, asked, layerLog, log } = yield* make(protocol, {}, { hasKey: false })
      const failures = yield* Effect.replicateEffect(
        Effect.flip(Stream.runDrain(agent.respond(question))),
        2
      ).pipe(Effect.provide(layerLog))
      assert.deepStrictEqual(
        failures.map((error) => [error.code, error.agent]),
        Array.from({ length: 2 }, () => ["AGENT_UNAVAILABLE", question.session.agent])
      )
      assert.strictEqual(asked.length, 0)
      const warnings = log.filter((line) => line.startsWith("WARN"))
      assert.lengthOf(warnings, 1)
      assert.include(warnings.join(), protocol.provider)
    })
  )

  it.scoped("stops the provider when nobody listens any more", () =>
    Effect.gen(function* () {
      const first = yield* Deferred.make<void>()
      const { agent, asked } = yield* make(protocol, {
        answers: [begins([...protocol.start, protocol.delta("Which ")])]
      })
      const answering = yield* agent.respond(question).pipe(
        Stream.tap(() => Deferred.succeed(first, undefined)),
        Stream.runDrain,
        Effect.fork
      )
      yield* Deferred.await(first)
      yield* Fiber.interrupt(answering)
      yield* Effect.forEach(asked, ({ gone }) => Deferred.await(gone))
      assert.strictEqual(asked.length, 1)
    })
  )
})

describe("what a provider is told", () => {
  const conversation = [
    ["assistant", "What do you like?"],
    ["user", "Parties."],
    ["system", "Speak French."],
    ["user", " "]
  ] as const

  it.scoped("is the whole conversation in OpenAI's roles, which the provider does not keep", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* told(openAi, ...conversation), [
        [
          { role: "system", content: "You listen." },
          { role: "system", content: "Speak French." },
          { role: "user", content: [{ type: "input_text", text: "(The conversation begins.)" }] },
          { role: "assistant", content: [{ type: "output_text", text: "What do you like?" }] },
          { role: "user", content: [{ type: "input_text", text: "Parties." }] },
          { role: "user", content: [{ type: "input_text", text: "(blank)" }] }
        ]
      ])
      const { agent, asked } = yield* make(openAi, { answers: [events(...answer(openAi, "Well."))] })
      yield* Stream.runDrain(agent.respond(question))
      assert.deepStrictEqual(
        asked.map(({ body }) => [body.model, body["store"], body["tools"]]),
        [["gpt-test", false, undefined]]
      )
    })
  )

  it.scoped("is the whole conversation in Anthropic's roles", () =>
    Effect.gen(function* () {
      const text = (content: string) => ({ type: "text", text: content })
      assert.deepStrictEqual(yield* told(anthropic, ...conversation), [
        [
          [text("You listen."), text("Speak French.")],
          [
            { role: "user", content: [text("(The conversation begins.)")] },
            { role: "assistant", content: [text("What do you like?")] },
            { role: "user", content: [text("Parties."), text("(blank)")] }
          ]
        ]
      ])
    })
  )

  it.scoped("is a long conversation too, and of one that is too long the newest part", () =>
    Effect.gen(function* () {
      const turns = (count: number) =>
        Array.from(
          { length: count },
          (_, index) => [index % 2 === 0 ? "user" : "assistant", "x".repeat(984)] as const
        )
      const counted = Effect.fnUntraced(function* (count: number) {
        const [said] = yield* told(openAi, ...turns(count), ["user", "And now?"])
        return Array.isArray(said) ? said.length - 1 : 0
      })
      assert.deepStrictEqual(yield* Effect.forEach([98, 100, 1_000], counted), [99, 99, 99])
    })
  )
})
