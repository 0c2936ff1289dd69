import { createServer, type Server } from "node:http"
import { Readable } from "node:stream"
import { assert, describe, it } from "@effect/vitest"
import { AgentDefinitions, LanguageModels } from "@workspace/agents"
import { Conversation } from "@workspace/domain"
import { createTestSession } from "@workspace/domain/test-utils"
import { ConfigProvider, Effect, Layer, Schema, Stream } from "effect"
import * as Config from "../config.ts"
import * as LanguageModelsLive from "../language-models.ts"

const question = new Conversation({ session: createTestSession(), messages: [] })

const definition = (provider: "openai" | "anthropic") =>
  Effect.map(
    Schema.decode(AgentDefinitions)({
      agents: [{ name: "smart", systemPrompt: "You listen.", provider, model: "a-model" }]
    }),
    ({ agents: [agent] }) => agent
  ).pipe(Effect.flatMap(Effect.fromNullable))

const listening = (server: Server) =>
  Effect.acquireRelease(
    Effect.async<string>((resume) => {
      server.listen(0, "127.0.0.1", () => {
        const address = server.address()
        resume(
          Effect.succeed(
            `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`
          )
        )
      })
    }),
    () =>
      Effect.async<void>((resume) => {
        server.close(() => resume(Effect.void))
        server.closeAllConnections()
      })
  )

/** How an agent of the provider fails in this environment. */
const failure = (provider: "openai" | "anthropic", env: Record<string, string>) =>
  Effect.gen(function* () {
    const settings = yield* Effect.withConfigProvider(
      Config.settings,
      ConfigProvider.fromMap(new Map(Object.entries(env)))
    )
    const models = yield* Layer.build(LanguageModelsLive.layer(settings.languageModels))
    const agent = yield* Effect.flatMap(LanguageModels, (_) =>
      Effect.flatMap(definition(provider), _.agent)
    ).pipe(Effect.provide(models))
    return yield* Effect.flip(Stream.runDrain(agent.respond(question)))
  })

describe("the language models of the settings", () => {
  it.scoped("cannot answer without a key", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* failure("openai", { ANTHROPIC_API_KEY: "k" })).code, "AGENT_UNAVAILABLE")
    })
  )

  it.scoped.each(["openai", "anthropic"] as const)(
    "take no key of %s to where an answer points",
    (provider) =>
      Effect.gen(function* () {
        const asked: Array<string> = []
        const elsewhere = yield* listening(
          createServer((request, response) => {
            asked.push(`elsewhere ${request.url}`)
            response.end()
          })
        )
        const url = yield* listening(
          createServer((request, response) => {
            asked.push(`${request.url}`)
            response.writeHead(307, { location: elsewhere }).end()
          })
        )
        const name = provider.toUpperCase()
        const error = yield* failure(provider, { [`${name}_API_KEY`]: "secret", [`${name}_BASE_URL`]: url })
        assert.strictEqual(error.code, "AGENT_UNAVAILABLE")
        assert.deepStrictEqual(asked, [provider === "openai" ? "/responses" : "/v1/messages"])
      })
  )

  it.scopedLive.each(["openai", "anthropic"] as const)(
    "read no more than 4 MiB of what %s sends without an end of a line",
    (provider) =>
      Effect.gen(function* () {
        const pieces = 512
        let [requests, sent] = [0, 0]
        function* line() {
          for (let piece = 0; piece < pieces; piece += 1) {
            sent += 1
            yield Buffer.alloc(65_536, "x")
          }
        }
        const url = yield* listening(
          createServer((_, response) => {
            requests += 1
            Readable.from(line()).pipe(response.writeHead(200, { "content-type": "text/event-stream" }))
          })
        )
        const name = provider.toUpperCase()
        const error = yield* failure(provider, { [`${name}_API_KEY`]: "secret", [`${name}_BASE_URL`]: url })
        assert.strictEqual(error.code, "AGENT_UNAVAILABLE")
        // What is under way between the two is not told from what is read.
        assert.isBelow(sent, requests * pieces)
      })
  )
})
