import { FileSystem } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { assert, it } from "@effect/vitest"
import { AgentRegistry } from "@workspace/domain"
import { ConfigProvider, Effect, Option } from "effect"
import * as Agents from "../agents.ts"

/** Nobody has a key. */
const provider = { apiKey: Option.none(), baseUrl: "http://127.0.0.1:1" }
const settings = {
  languageModels: { openai: provider, anthropic: provider },
  stoppingRule: { targetPrecision: 0.9, maxItems: 120 }
}

/** What the registry is where `AGENTS_FILE` names a file, or where it does not. */
const registryOf = (...file: readonly [] | readonly [string]) =>
  Agents.definitions.pipe(
    Effect.withConfigProvider(ConfigProvider.fromMap(new Map(file.map((name) => ["AGENTS_FILE", name])))),
    Effect.flatMap((definitions) => Effect.provide(AgentRegistry, Agents.layer(definitions, settings)))
  )

/** The names of the agents, where a file holds a text. */
const namesWith = (text: string) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const file = yield* files.makeTempFileScoped()
    yield* files.writeFileString(file, text)
    const { names } = yield* registryOf(file)
    return names.map((name) => name.valueOf())
  }).pipe(Effect.scoped)

const agent = { name: "smart", systemPrompt: "Be brief.", provider: "openai", model: "gpt-4.1" }
const fileOf = (...agents: ReadonlyArray<object>) => JSON.stringify({ agents })

it.layer(NodeContext.layer)("the agents of a file", (it) => {
  it.effect("are there beside Nerin", () =>
    Effect.gen(function* () {
      const { names } = yield* registryOf()
      assert.deepStrictEqual([...names], ["nerin"])
      const more = { ...agent, name: "brisk", provider: "anthropic" }
      assert.deepStrictEqual(yield* namesWith(fileOf(agent, more)), ["brisk", "nerin", "smart"])
    })
  )

  it.effect.each([
    ["", "it is no JSON: it ends too early"],
    [`{"agents": [`, "it is no JSON: it ends too early"],
    [`{"agents":\n  [secret]}`, "it is no JSON: see line 2, column 4"],
    [`{"agents": [{"name": "secret" "model": "secret"}]}`, "it is no JSON: see line 1, column 31"],
    [`{"agents": ["sec\nret"]}`, "it is no JSON"],
    ["[]", "it must be an object with the list agents"],
    [`{"agents": "secret"}`, "agents must be a list"],
    [
      fileOf({ ...agent, model: 7, assesses: "secret" }),
      "agents.0.model must be string; agents.0.assesses must be boolean"
    ],
    [
      fileOf({ ...agent, model: " " }, { ...agent, provider: "acme-secret" }),
      "agents.0.model must not be empty; agents.1.provider must be openai or anthropic"
    ],
    [
      JSON.stringify({ agents: [{ ...agent, systemprompt: "secret" }], apiKey: "secret" }),
      "apiKey is no field that there is; agents.0.systemprompt is no field that there is"
    ],
    [
      fileOf({ ...agent, name: "Secret" }),
      "agents.0.name must be an agent's name: 1 to 64 small letters, digits, _ and -"
    ],
    [fileOf(agent, agent), "it must name every agent once, and none nerin"],
    [fileOf({ ...agent, name: "nerin" }), "it must name every agent once, and none nerin"]
  ] as const)("are refused where it holds %s, with the reasons and without what it holds", ([text, told]) =>
    Effect.gen(function* () {
      const refusal = String(yield* Effect.flip(namesWith(text)))
      assert.match(refusal, /^\(Invalid data at AGENTS_FILE: "[^:]+: [^"]+"\)$/)
      assert.isTrue(refusal.endsWith(`: ${told}")`), refusal)
      assert.notMatch(refusal, /secret/i)
    })
  )

  it.effect("are refused where there is no file", () =>
    Effect.gen(function* () {
      const refusal = (file: string) => Effect.map(Effect.flip(registryOf(file)), String)
      assert.include(yield* refusal("no/such/agents.json"), "no/such/agents.json: there is no such file")
      assert.include(yield* refusal("."), "cannot be read")
    })
  )
})
