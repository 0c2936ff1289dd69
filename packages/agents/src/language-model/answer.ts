import type { Prompt } from "@effect/ai/Prompt"
import { type Duration, Effect, Option, Stream } from "effect"
import { logged, ModelFailure, timeout } from "./failure.ts"
import { quietly } from "./quietly.ts"
import type { AnswerLimits, Player } from "./settings.ts"
import { textOf } from "./text.ts"

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
export const beforeRetry = (failure: ModelFailure, player: Player) =>
  Effect.logInfo("The language model is asked again").pipe(
    Effect.annotateLogs(logged(failure, player)),
    Effect.zipRight(Effect.sleep(player.limits.beforeRetry))
  )

/**
 * The model's answer as it arrives. Before the first text a failure that may pass is met by one more request; after
 * it there is none, since what was said cannot be unsaid.
 */
export const answerTo = (prompt: Prompt, player: Player): Stream.Stream<string, ModelFailure> =>
  Stream.suspend(() => {
    let hasBegun = false
    const texts = textOf(Stream.suspend(() => player.model.streamText({ prompt }))).pipe(
      patiently(player.limits),
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
          : Stream.unwrap(Effect.as(beforeRetry(failure, player), texts))
      ),
      Stream.interruptWhen(Effect.zipRight(Effect.sleep(player.limits.whole), timeout))
    )
  })
