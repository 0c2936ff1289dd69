import type { Service as LanguageModel } from "@effect/ai/LanguageModel"
import type { Prompt } from "@effect/ai/Prompt"
import { type Duration, Effect, Option, Stream } from "effect"
import { logged, ModelFailure } from "./failure.ts"
import { quietly } from "./quietly.ts"
import type { AnswerLimits } from "./settings.ts"
import { textOf } from "./text.ts"

const timeout = new ModelFailure({ kind: "timeout", isTransient: true })
const malformed = new ModelFailure({ kind: "malformed", isTransient: false })

/** Waits so long for the first text and for each further one, and no longer. */
const patiently =
  ({ firstText, nextText }: AnswerLimits) =>
  (texts: Stream.Stream<string, ModelFailure>): Stream.Stream<string, ModelFailure> =>
    Stream.fromPull(
      Effect.map(Stream.toPull(texts), (pull) => {
        let patience: Duration.DurationInput = firstText
        return Effect.suspend(() =>
          Effect.timeoutFail(pull, { duration: patience, onTimeout: () => Option.some(timeout) })
        ).pipe(
          // Where events are missing or too long the libraries stumble over them.
          Effect.catchAllDefect(() => Effect.fail(Option.some(malformed))),
          quietly,
          Effect.tap(() => {
            patience = nextText
          })
        )
      })
    )

/** Says that a request is made again, and waits a little. */
export const beforeRetry = (failure: ModelFailure, limits: AnswerLimits) =>
  Effect.logInfo("The language model is asked again").pipe(
    Effect.annotateLogs(logged(failure)),
    Effect.zipRight(Effect.sleep(limits.beforeRetry))
  )

/**
 * The model's answer as it arrives. Before the first text a failure that may pass is met by one more request; after
 * it there is none, since what was said cannot be unsaid.
 */
export const answerTo = (
  prompt: Prompt,
  model: LanguageModel,
  limits: AnswerLimits
): Stream.Stream<string, ModelFailure> =>
  Stream.suspend(() => {
    let hasBegun = false
    const texts = textOf(Stream.suspend(() => model.streamText({ prompt }))).pipe(
      patiently(limits),
      Stream.tap(() =>
        Effect.sync(() => {
          hasBegun = true
        })
      )
    )
    return texts.pipe(
      Stream.catchAll((failure) =>
        hasBegun || !failure.isTransient
          ? Stream.fail(failure)
          : Stream.unwrap(Effect.as(beforeRetry(failure, limits), texts))
      ),
      Stream.interruptWhen(Effect.zipRight(Effect.sleep(limits.whole), timeout))
    )
  })
