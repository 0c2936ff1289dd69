import type { Service as LanguageModel } from "@effect/ai/LanguageModel"
import type { Duration, Option, Redacted } from "effect"
import type { AgentDefinition } from "../agent-definitions.ts"

/** Where a provider is, and what lets us in. */
export interface ProviderSettings {
  /** Without a key the provider's agents cannot answer. */
  readonly apiKey: Option.Option<Redacted.Redacted>
  /** OpenAI's ends with the version, like `https://api.openai.com/v1`; Anthropic's does not. */
  readonly baseUrl: string
}

/** How long an answer may take. */
export interface AnswerLimits {
  /** From a request to the first text. */
  readonly firstText: Duration.DurationInput
  /** From one text to the next, to the end, and from there to the evidence. */
  readonly nextText: Duration.DurationInput
  /** From the question to the end of the text, a second request included. */
  readonly whole: Duration.DurationInput
  /** Before a failed request is made again. */
  readonly beforeRetry: Duration.DurationInput
}

/** A second request and the wait for the evidence included, under the minute after which nobody waits. */
export const answerLimits: AnswerLimits = {
  firstText: "15 seconds",
  nextText: "10 seconds",
  whole: "45 seconds",
  beforeRetry: "500 millis"
}

/**
 * How many tokens a model may give to a request, those that it only thinks included: what comes in the time that an
 * answer may take, and no more than any model allows.
 */
export const maxOutputTokens = 4_096

/** A model that plays an agent. */
export interface Player {
  readonly model: LanguageModel
  readonly limits: AnswerLimits
  /** What the log calls it. */
  readonly names: { readonly agent: AgentDefinition["name"]; readonly provider: AgentDefinition["provider"] }
}
