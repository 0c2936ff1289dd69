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
const namesWith = (content: string | Uint8Array) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const file = yield* files.makeTempFileScoped()
    yield* files.writeFile(file, typeof content === "string" ? new TextEncoder().encode(content) : content)
    const { names } = yield* registryOf(file)
    return names.map((name) => name.valueOf())
  }).pipe(Effect.scoped)

const agent = { name: "smart", systemPrompt: "Be brief.", provider: "openai", model: "gpt-4.1" }
/** A file with so many levels. */
const nested = (depth: number) => `{"agents":${"[".repeat(depth - 1)}${"]".repeat(depth - 1)}}`
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
      `{"agents": ["secret", 7, null, []]}`,
      [0, 1, 2, 3].map((n) => `agents.${n} must be an agent`).join("; ")
    ],
    [nested(16), "agents.0 must be an agent"],
    [nested(17), "it is nested more than 16 levels deep"],
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
      "apiKey is not a known field; agents.0.systemprompt is not a known field"
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

  it.effect.each([
    ["[".repeat(50_001) + "]".repeat(50_001), "it is nested more than 16 levels deep"],
    ["[".repeat(50_001), "it is no JSON"]
  ] as const)("are refused where it is nested over and over (%#)", ([text, told]) =>
    Effect.gen(function* () {
      const refusal = String(yield* Effect.flip(namesWith(text)))
      assert.isTrue(refusal.endsWith(`: ${told}")`), refusal.slice(0, 1_000))
    })
  )

  it.effect("are refused where it is not UTF-8, which would change a prompt", () =>
    Effect.gen(function* () {
      const text = fileOf({ ...agent, systemPrompt: "Caf\u00e9" })
      const refusal = String(yield* Effect.flip(namesWith(Buffer.from(text, "latin1"))))
      assert.include(refusal, ": it is not UTF-8")
      assert.deepStrictEqual(yield* namesWith(`\ufeff${text}`), ["nerin", "smart"])
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
