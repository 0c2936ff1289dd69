import { readFile } from "node:fs/promises"
import { assert, describe, it } from "@effect/vitest"
import { assertEquals } from "@effect/vitest/utils"
import { AgentName, AgentRegistry, AgentUnavailableError } from "@workspace/domain"
import { Effect, Either, Layer, Option, Schema, Stream } from "effect"
import { AgentDefinitions } from "../agent-definitions.ts"
import { LanguageModels } from "../language-model/language-models.ts"
import { defaultStoppingRule } from "../nerin/item-selection.ts"
import * as Agents from "../registry.ts"
import { conversationOf } from "./interviews.ts"

const smart = { name: "smart", systemPrompt: "Be brief.", provider: "openai", model: "gpt-4.1" }

const example = Effect.flatMap(
  Effect.promise(() => readFile(new URL("../../../../agents.example.json", import.meta.url), "utf8")),
  Schema.decode(Schema.parseJson(AgentDefinitions))
)

const registryOf = (definitions: (typeof AgentDefinitions.Type)["agents"]) =>
  AgentRegistry.pipe(
    Effect.provide(
      Layer.provide(Agents.layer({ definitions, rule: defaultStoppingRule }), LanguageModels.layerNone)
    )
  )

describe("the agents", () => {
  it.effect("are Nerin and those of the file, as shipped", () =>
    Effect.gen(function* () {
      const { agents: definitions } = yield* example
      const { find, names } = yield* registryOf(definitions)
      assert.deepStrictEqual(
        names,
        ["correlator", "datadog", "nerin", "smart"].map((_) => AgentName.make(_))
      )
      for (const name of names) assert.isTrue(Option.isSome(find(name)), name)
      assert.isTrue(Option.isNone(find(AgentName.make("nobody"))))
    })
  )

  it.effect("have their sessions saved as often as the file says, if it does", () =>
    Effect.gen(function* () {
      const { agents: definitions } = yield* Schema.decodeUnknown(AgentDefinitions)({
        agents: [smart, { ...smart, name: "brief", savesEvery: 2 }, { ...smart, name: "shy", savesEvery: 0 }]
      })
      const { find } = yield* registryOf(definitions)
      const rhythms = ["nerin", "smart", "brief", "shy"].map(
        (name) => Option.getOrThrow(find(AgentName.make(name))).savesEvery
      )
      assert.deepStrictEqual(rhythms, [undefined, undefined, 2, 0])
    })
  )

  it.effect("are unavailable where nobody can be asked for them", () =>
    Effect.gen(function* () {
      const { agents: definitions } = yield* Schema.decodeUnknown(AgentDefinitions)({ agents: [smart] })
      const { find } = yield* registryOf(definitions)
      const name = AgentName.make("smart")
      const { respond } = yield* find(name)
      assertEquals(
        yield* Effect.flip(Stream.runDrain(respond(conversationOf([])))),
        new AgentUnavailableError({ agent: name })
      )
    })
  )
})

describe("a configuration file", () => {
  const isRefused = (agents: unknown) =>
    Either.isLeft(Schema.decodeUnknownEither(AgentDefinitions)({ agents }))

  it.each([[], [smart], [smart, { ...smart, name: "other", provider: "anthropic" }]])(
    "may hold %o",
    (...agents) => {
      assert.isFalse(isRefused(agents.filter((_) => _ !== undefined)))
    }
  )

  it.each([
    undefined,
    [smart, smart],
    [{ ...smart, name: "nerin" }],
    [{ ...smart, name: "Smart" }],
    [{ ...smart, systemPrompt: " " }],
    [{ ...smart, model: "" }],
    [{ ...smart, provider: "acme" }],
    [{ ...smart, temperature: 1 }],
    [{ ...smart, contextBytes: 999 }],
    [{ ...smart, savesEvery: -1 }],
    [{ ...smart, savesEvery: 1_001 }],
    [{ ...smart, contextBytes: 10_000_001 }],
    [{ ...smart, contextBytes: 5_000.5 }],
    [{ name: "smart" }]
  ])("may not hold %o", (agents) => {
    assert.isTrue(isRefused(agents))
  })
})
