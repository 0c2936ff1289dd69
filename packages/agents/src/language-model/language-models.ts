import { HttpClient } from "@effect/platform"
import { type Agent, AgentUnavailableError } from "@workspace/domain"
import { Context, Effect, Layer, Option, Scope, Stream } from "effect"
import type { AgentDefinition } from "../agent-definitions.ts"
import { type AnswerLimits, answerLimits, type ProviderSettings } from "./settings.ts"

type Settings = Readonly<Record<AgentDefinition["provider"], ProviderSettings>>

// On demand: with their schemas the libraries take longer to load than everything else of a server.
const providers = {
  openai: () => import("./openai.ts"),
  anthropic: () => import("./anthropic.ts")
}

/** The language models of the providers that we have keys for. */
export class LanguageModels extends Context.Tag("@workspace/agents/LanguageModels")<
  LanguageModels,
  {
    /** The agent of a definition. Without a key of its provider it cannot answer; the log then says so once, now. */
    readonly agent: (definition: AgentDefinition) => Effect.Effect<Agent>
  }
>() {
  /** Nobody can be asked. */
  static readonly layerNone = Layer.succeed(this, {
    agent: ({ name }) =>
      Effect.succeed({ respond: () => Stream.fail(new AgentUnavailableError({ agent: name })) })
  })

  static readonly layer = (settings: Settings, limits: AnswerLimits = answerLimits) =>
    Layer.scoped(
      this,
      Effect.gen(function* () {
        const scope = yield* Effect.scope
        const client = yield* HttpClient.HttpClient

        const agent = Effect.fn("LanguageModels.agent")(function* (definition: AgentDefinition) {
          const { model, name, provider } = definition
          const { apiKey, baseUrl } = settings[provider]
          if (Option.isNone(apiKey)) {
            yield* Effect.annotateLogs(
              Effect.logWarning("There is no key for the provider of an agent, which cannot answer"),
              { agent: name, provider }
            )
            return { respond: () => Stream.fail(new AgentUnavailableError({ agent: name })) }
          }
          const { make } = yield* Effect.promise(() => import("./agent.ts"))
          const { languageModel } = yield* Effect.promise(providers[provider])
          return make(definition, yield* languageModel({ apiKey: apiKey.value, baseUrl, model }), limits)
        })

        return {
          agent: (definition) =>
            agent(definition).pipe(
              Effect.provideService(HttpClient.HttpClient, client),
              Effect.provideService(Scope.Scope, scope)
            )
        }
      })
    )
}
