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
import { logged, timeout } from "./failure.ts"
import { promptFor } from "./prompt.ts"
import type { AnswerLimits, Player } from "./settings.ts"

/** The agent of a definition, played by a model. */
export const make = (definition: AgentDefinition, model: LanguageModel, limits: AnswerLimits): Agent => {
  const { name: agent, provider, systemPrompt } = definition
  const player: Player = { model, limits, names: { agent, provider } }

  const textOf = (conversation: Conversation) =>
    Stream.map(answerTo(promptFor(systemPrompt, conversation), player), (text) => AgentPart.Text({ text }))

  const assessed = Effect.fnUntraced(function* (conversation: Conversation) {
    const report = yield* Effect.forkScoped(evidenceIn(conversation, player))
    const note = Fiber.join(report).pipe(
      // Whoever has the whole text does not wait long for what it will be scored by.
      Effect.timeoutFail({ duration: limits.nextText, onTimeout: () => timeout }),
      Effect.map((evidence) => new AssessmentNote({ asks: Option.none(), evidence })),
      Effect.map(Option.liftPredicate(({ evidence }) => evidence.length > 0)),
      // A text without evidence is an answer all the same.
      Effect.catchTag("ModelFailure", (failure) =>
        Effect.logWarning("The language model reports no evidence").pipe(
          Effect.annotateLogs(logged(failure, player)),
          Effect.as(Option.none<AssessmentNote>())
        )
      )
    )
    const data = Stream.filterMap(
      Stream.fromEffect(note),
      Option.map(({ metadata }) => AgentPart.Data({ data: metadata }))
    )
    return Stream.concat(textOf(conversation), data)
  })

  return {
    respond: (conversation) =>
      (definition.assesses ? Stream.unwrapScoped(assessed(conversation)) : textOf(conversation)).pipe(
        Stream.catchAll((failure) =>
          Effect.logWarning("The language model gave no answer").pipe(
            Effect.annotateLogs(logged(failure, player)),
            Effect.zipRight(new AgentUnavailableError({ agent }))
          )
        ),
        Stream.withSpan("LanguageModelAgent.respond", { attributes: player.names })
      )
  }
}
