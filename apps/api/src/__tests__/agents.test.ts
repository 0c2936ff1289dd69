import { FileSystem } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { assert, it } from "@effect/vitest"
import { AgentRegistry } from "@workspace/domain"
import { Effect, Option } from "effect"
import * as Agents from "../agents.ts"

const rule = { targetPrecision: 0.9, maxItems: 120 }

/** Nobody has a key. */
const provider = { apiKey: Option.none(), baseUrl: "http://127.0.0.1:1" }
const languageModels = { openai: provider, anthropic: provider }

const registryOf = (file: Option.Option<string>) =>
  Effect.flatMap(Agents.load({ agents: { file, rule }, languageModels }), (layer) =>
    Effect.provide(AgentRegistry, layer)
  )

/** The names of the agents, where a file holds a text. */
const namesWith = (text: string) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const file = yield* files.makeTempFileScoped()
    yield* files.writeFileString(file, text)
    const { names } = yield* registryOf(Option.some(file))
    return names.map((name) => name.valueOf())
  }).pipe(Effect.scoped)

const agent = { name: "smart", systemPrompt: "Be brief.", provider: "openai", model: "gpt-4.1" }
const fileOf = (...agents: ReadonlyArray<object>) => JSON.stringify({ agents })

it.layer(NodeContext.layer)("the agents of a file", (it) => {
  it.effect("are there beside Nerin", () =>
    Effect.gen(function* () {
      const { names } = yield* registryOf(Option.none())
      assert.deepStrictEqual([...names], ["nerin"])
      const more = { ...agent, name: "brisk", provider: "anthropic" }
      assert.deepStrictEqual(yield* namesWith(fileOf(agent, more)), ["brisk", "nerin", "smart"])
    })
  )

  it.effect.each([
    ["", ["JSON"]],
    ["[]", ["Expected"]],
    [fileOf({ ...agent, name: "Smart" }), ["agents.0.name", "must be an agent's name"]],
    [
      fileOf({ ...agent, model: " " }, { ...agent, provider: "acme-secret" }),
      ["agents.0.model", "must not be empty", "agents.1.provider must be openai or anthropic"]
    ],
    [fileOf(agent, agent), ["must name every agent once"]],
    [fileOf({ ...agent, name: "nerin" }), ["none nerin"]]
  ] as const)("are refused where it holds %s, with the reason", ([text, told]) =>
    Effect.gen(function* () {
      const { _tag, message } = yield* Effect.flip(namesWith(text))
      assert.strictEqual(_tag, "AgentsFileError")
      for (const part of told) assert.include(message, part)
      assert.notInclude(message, "acme-secret")
    })
  )

  it.effect("are refused where there is no file", () =>
    Effect.gen(function* () {
      const refusal = (file: string) =>
        Effect.map(Effect.flip(registryOf(Option.some(file))), ({ message }) => message)
      assert.strictEqual(
        yield* refusal("no/such/agents.json"),
        "AGENTS_FILE, no/such/agents.json: there is no such file"
      )
      assert.include(yield* refusal("."), "cannot be read")
    })
  )
})
