import { Array, Context, Effect, Layer, Option } from "effect"
import { NotScoredError } from "../errors/scoring.ts"
import type { SessionNotFoundError } from "../errors/session.ts"
import { Scorer } from "../ports/scorer.ts"
import { ScoringRepository } from "../ports/scoring-repository.ts"
import { AssessmentResults } from "../types/assessment-results.ts"
import type { Caller } from "../types/caller.ts"
import { type EstimateRange, EstimateTimeline } from "../types/estimate.ts"
import type { SessionId } from "../types/ids.ts"
import { languageOf } from "../types/language.ts"

/** What the answers of a session came to. */
export class SessionScores extends Context.Tag("@workspace/domain/SessionScores")<
  SessionScores,
  {
    /** How the estimates went: of those in the range the last ones, in order. */
    readonly timeline: (
      caller: Caller,
      sessionId: SessionId,
      range: EstimateRange
    ) => Effect.Effect<EstimateTimeline, SessionNotFoundError>

    /** The newest estimates in plain words, in the language that the session's metadata names. */
    readonly results: (
      caller: Caller,
      sessionId: SessionId
    ) => Effect.Effect<AssessmentResults, SessionNotFoundError | NotScoredError>
  }
>() {
  static readonly layer = Layer.effect(
    this,
    Effect.gen(function* () {
      const repository = yield* ScoringRepository
      const scorer = yield* Scorer

      const timeline = Effect.fn("SessionScores.timeline")(function* (
        caller: Caller,
        sessionId: SessionId,
        range: EstimateRange
      ) {
        yield* Effect.annotateCurrentSpan({ sessionId })
        const { estimates, session } = yield* repository.load(caller, sessionId, range)
        return new EstimateTimeline({ estimates, scoredThrough: session.scoredThrough })
      })

      const results = Effect.fn("SessionScores.results")(function* (caller: Caller, sessionId: SessionId) {
        yield* Effect.annotateCurrentSpan({ sessionId })
        const { estimates, session } = yield* repository.load(caller, sessionId, { limit: 1 })
        return yield* Option.match(
          // Evidence without any confidence is no answer.
          Option.filter(Array.last(estimates), ({ traits }) => traits.answers > 0),
          {
            onNone: () => Effect.fail(new NotScoredError({ sessionId })),
            onSome: ({ traits }) =>
              Effect.succeed(
                new AssessmentResults({
                  scoredThrough: session.scoredThrough,
                  ...scorer.explain(traits, languageOf(session))
                })
              )
          }
        )
      })

      return { timeline, results }
    })
  )
}
