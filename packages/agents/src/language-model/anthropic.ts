import * as AnthropicClient from "@effect/ai-anthropic/AnthropicClient"
import * as AnthropicLanguageModel from "@effect/ai-anthropic/AnthropicLanguageModel"
import { Effect, type Redacted } from "effect"
import { maxOutputTokens } from "./settings.ts"

/** A model that is asked by Anthropic's Messages protocol. */
export const languageModel = Effect.fnUntraced(function* (options: {
  readonly apiKey: Redacted.Redacted
  readonly baseUrl: string
  readonly model: string
}) {
  const client = yield* AnthropicClient.make({ apiKey: options.apiKey, apiUrl: options.baseUrl })
  return yield* AnthropicLanguageModel.make({
    model: options.model,
    config: { max_tokens: maxOutputTokens }
  }).pipe(Effect.provideService(AnthropicClient.AnthropicClient, client))
})
