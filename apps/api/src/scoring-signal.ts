import { AssessmentNote, ReplyRepository, SessionRepository } from "@workspace/domain"
import { Context, Effect, Layer, Option, Queue } from "effect"

/** Tells the scorer of this process that there is something to score. It may be told any number of times at once. */
export class ScoringSignal extends Context.Tag("@workspace/api/ScoringSignal")<
  ScoringSignal,
  {
    readonly give: Effect.Effect<void>
    /** Waits until it was given since the last time. */
    readonly await: Effect.Effect<void>
  }
>() {
  static readonly layer = Layer.effect(
    this,
    Effect.map(Queue.sliding<void>(1), (queue) => ({
      give: Effect.asVoid(Queue.offer(queue, undefined)),
      await: Queue.take(queue)
    }))
  )
}

/**
 * The store of sessions, whose messages with a note of an assessment are scored at once. What has no note has
 * nothing to score, and is passed over by and by.
 */
export const layerGiving = <E, R>(repository: Layer.Layer<SessionRepository, E, R>) =>
  Layer.effect(
    SessionRepository,
    Effect.gen(function* () {
      const sessions = yield* SessionRepository
      const signal = yield* ScoringSignal
      return {
        ...sessions,
        append: (caller, message, options) =>
          Option.isSome(AssessmentNote.of(message))
            ? Effect.zipLeft(sessions.append(caller, message, options), signal.give)
            : sessions.append(caller, message, options)
      }
    })
  ).pipe(Layer.provide(repository))

/** The store of replies, whose messages are scored at once. What they say is not looked at: most have a note. */
export const layerGivingForReplies = <E, R>(repository: Layer.Layer<ReplyRepository, E, R>) =>
  Layer.effect(
    ReplyRepository,
    Effect.gen(function* () {
      const replies = yield* ReplyRepository
      const signal = yield* ScoringSignal
      return {
        ...replies,
        end: (key, options) => Effect.zipLeft(replies.end(key, options), signal.give),
        stop: (caller, sessionId, now) => Effect.zipLeft(replies.stop(caller, sessionId, now), signal.give)
      }
    })
  ).pipe(Layer.provide(repository))
