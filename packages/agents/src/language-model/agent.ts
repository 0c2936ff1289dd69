import type { Service as LanguageModel } from "@effect/ai/LanguageModel"
import {
  type Agent,
  AgentPart,
  AgentUnavailableError,
  AssessmentNote,
  type Conversation
} from "@workspace/domain"
import { Effect, Fiber, Option, Stream } from "effect"
import type { AgentDefinition } from "../agent-definitions.ts"
import { answerTo } from "./answer.ts"
import { evidenceIn } from "./evidence-report.ts"
import { logged } from "./failure.ts"
import { promptFor } from "./prompt.ts"
import type { AnswerLimits } from "./settings.ts"

/** The agent of a definition, played by a model. */
export const make = (definition: AgentDefinition, model: LanguageModel, limits: AnswerLimits): Agent => {
  const { name: agent, provider, systemPrompt } = definition

  const textOf = (conversation: Conversation) =>
    Stream.map(answerTo(promptFor(systemPrompt, conversation), model, limits), (text) =>
      AgentPart.Text({ text })
    )

  const assessed = Effect.fnUntraced(function* (conversation: Conversation) {
    const report = yield* Effect.forkScoped(evidenceIn(conversation, model, limits))
    // Whoever has the whole text does not wait long for what it will be scored by.
    const note = Effect.map(Effect.timeoutOption(Fiber.join(report), limits.nextText), (evidence) =>
      Option.filter(evidence, (_) => _.length > 0)
    )
    const data = Stream.filterMap(
      Stream.fromEffect(note),
      Option.map((evidence) =>
        AgentPart.Data({ data: new AssessmentNote({ asks: Option.none(), evidence }).metadata })
      )
    )
    return Stream.concat(textOf(conversation), data)
  })

  return {
    respond: (conversation) =>
      (definition.assesses ? Stream.unwrapScoped(assessed(conversation)) : textOf(conversation)).pipe(
        Stream.catchAll((failure) =>
          Effect.logWarning("The language model gave no answer").pipe(
            Effect.annotateLogs(logged(failure)),
            Effect.zipRight(new AgentUnavailableError({ agent }))
          )
        ),
        Stream.withSpan("LanguageModelAgent.respond", { attributes: { agent, provider } })
      )
  }
}
