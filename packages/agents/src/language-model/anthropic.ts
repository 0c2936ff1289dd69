import * as AnthropicClient from "@effect/ai-anthropic/AnthropicClient"
import * as AnthropicLanguageModel from "@effect/ai-anthropic/AnthropicLanguageModel"
import { Effect, type Redacted } from "effect"

/** A model that is asked by Anthropic's Messages protocol. Its answers have at most 4,096 tokens. */
export const languageModel = Effect.fnUntraced(function* (options: {
  readonly apiKey: Redacted.Redacted
  readonly baseUrl: string
  readonly model: string
}) {
  const client = yield* AnthropicClient.make({ apiKey: options.apiKey, apiUrl: options.baseUrl })
  return yield* AnthropicLanguageModel.make({ model: options.model, config: { max_tokens: 4096 } }).pipe(
    Effect.provideService(AnthropicClient.AnthropicClient, client)
  )
})
