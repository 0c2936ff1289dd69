import { Context, DateTime, Duration, Effect, Layer } from "effect"
import { ReplyRepository } from "../ports/reply-repository.ts"

/** For how long the chunks of a reply that has ended can be replayed. After that its message tells it all. */
const chunkLifetime = Duration.hours(1)

/** Brings to an end what was left behind. Any number of processes may do so at once. */
export class ReplyKeeper extends Context.Tag("@workspace/domain/ReplyKeeper")<
  ReplyKeeper,
  {
    /** Ends some of the replies that nobody writes any more, and says how many: with 0 there are none. */
    readonly endAbandoned: Effect.Effect<number>
    /** Removes what nobody reads of some of the replies any more, and says of how many: with 0 there are none. */
    readonly sweep: Effect.Effect<number>
  }
>() {
  static readonly layer = Layer.effect(
    this,
    Effect.map(ReplyRepository, (replies) => ({
      endAbandoned: Effect.gen(function* () {
        const ended = yield* replies.endAbandoned(yield* DateTime.now)
        for (const { id, sessionId } of ended) {
          yield* Effect.annotateLogs(Effect.logWarning("A reply was left behind, and is interrupted"), {
            sessionId,
            replyId: id
          })
        }
        return ended.length
      }).pipe(Effect.withSpan("ReplyKeeper.endAbandoned")),

      sweep: Effect.gen(function* () {
        return yield* replies.sweep(DateTime.subtractDuration(yield* DateTime.now, chunkLifetime))
      }).pipe(Effect.withSpan("ReplyKeeper.sweep"))
    }))
  )
}
