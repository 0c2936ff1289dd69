import type { Service as LanguageModel } from "@effect/ai/LanguageModel"
import { type Agent, AgentPart, AgentUnavailableError, AssessmentNote } from "@workspace/domain"
import { Effect, Fiber, Option, Stream } from "effect"
import type { AgentDefinition } from "../agent-definitions.ts"
import { answerTo } from "./answer.ts"
import { type Context, contextOf } from "./context.ts"
import { evidenceIn } from "./evidence-report.ts"
import { logged, timeout } from "./failure.ts"
import { promptFor } from "./prompt.ts"
import type { AnswerLimits, Player } from "./settings.ts"

/** The agent of a definition, played by a model. */
export const make = (definition: AgentDefinition, model: LanguageModel, limits: AnswerLimits): Agent => {
  const { contextBytes, name: agent, provider, systemPrompt } = definition
  const player: Player = { model, limits, names: { agent, provider } }

  // With the first text, so that it is also known of an answer that is cut off, and of none that says nothing.
  const spokenBy = AgentPart.Data({ data: { model: { provider, id: definition.model } } })

  const textOf = (context: Context) =>
    answerTo(promptFor(systemPrompt, context), player).pipe(
      Stream.zipWithIndex,
      Stream.mapConcat(([text, place]) => [AgentPart.Text({ text }), ...(place === 0 ? [spokenBy] : [])])
    )

  const assessed = Effect.fnUntraced(function* (context: Context) {
    const report = yield* Effect.forkScoped(evidenceIn(context, player))
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
    return Stream.concat(textOf(context), data)
  })

  const answer = (context: Context) =>
    definition.assesses ? Stream.unwrapScoped(assessed(context)) : textOf(context)

  return {
    respond: (conversation) =>
      Stream.suspend(() => answer(contextOf(conversation, contextBytes))).pipe(
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
