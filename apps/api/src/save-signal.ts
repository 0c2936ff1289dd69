import { type ArchiveKeeper, type Reply, ReplyRepository, SessionRepository } from "@workspace/domain"
import { Context, Effect, Layer, Option, type Scope } from "effect"

type Follower = Pick<ArchiveKeeper["Type"], "answered" | "changed" | "claimed">

/** What happens in the sessions, told to whoever follows it in this process. Only a claim waits for the follower. */
export class SaveSignal extends Context.Tag("@workspace/api/SaveSignal")<
  SaveSignal,
  Follower & {
    /** Tells it to the follower from now on, until the scope closes. There is one follower at most. */
    readonly followedBy: (follower: Follower) => Effect.Effect<void, never, Scope.Scope>
  }
>() {
  static readonly layer = Layer.sync(this, () => {
    let followers: ReadonlyArray<Follower> = []
    const tell = (step: (follower: Follower) => Effect.Effect<void>) =>
      Effect.suspend(() => Effect.forEach(followers, step, { discard: true }))
    return {
      answered: (sessionId, sequence) => tell((follower) => follower.answered(sessionId, sequence)),
      changed: (sessionId) => tell((follower) => follower.changed(sessionId)),
      claimed: (sessionId) => tell((follower) => follower.claimed(sessionId)),
      followedBy: (follower) =>
        Effect.acquireRelease(
          Effect.sync(() => {
            followers = [follower]
          }),
          () =>
            Effect.sync(() => {
              followers = []
            })
        )
    }
  })
}

/** A step that is stored is told of, also when nobody waits for it any more. */
const telling = <A, E, X>(step: Effect.Effect<A, E>, tell: (stored: A) => Effect.Effect<X>) =>
  Effect.uninterruptible(Effect.tap(step, tell))

/** The store of sessions, which tells what is done in it. */
export const layerTelling = <E, R>(repository: Layer.Layer<SessionRepository, E, R>) =>
  Layer.effect(
    SessionRepository,
    Effect.gen(function* () {
      const sessions = yield* SessionRepository
      const signal = yield* SaveSignal
      return {
        ...sessions,
        append: (caller, message, options) =>
          telling(sessions.append(caller, message, options), ({ role, sequence, sessionId }) => {
            if (options.completes === true) return signal.changed(sessionId)
            return role === "assistant" ? signal.answered(sessionId, sequence) : Effect.void
          }),
        setStatus: (caller, id, status, now) =>
          telling(sessions.setStatus(caller, id, status, now), () => signal.changed(id)),
        update: (caller, id, change, options) =>
          telling(sessions.update(caller, id, change, options), () => signal.changed(id)),
        claim: (userId, id, claimHash, now) =>
          telling(sessions.claim(userId, id, claimHash, now), () => signal.claimed(id))
      }
    })
  ).pipe(Layer.provide(repository))

/** The store of replies, which tells which ones have become messages. */
export const layerTellingForReplies = <E, R>(repository: Layer.Layer<ReplyRepository, E, R>) =>
  Layer.effect(
    ReplyRepository,
    Effect.gen(function* () {
      const replies = yield* ReplyRepository
      const signal = yield* SaveSignal
      const ended = ({ messageSequence, sessionId }: Reply) =>
        Option.match(messageSequence, {
          onNone: () => Effect.void,
          onSome: (sequence) => signal.answered(sessionId, sequence)
        })
      const endedIfAny = Option.match({ onNone: () => Effect.void, onSome: ended })
      return {
        ...replies,
        end: (key, options) =>
          telling(replies.end(key, options), (reply) =>
            options.completes === true ? signal.changed(key.sessionId) : endedIfAny(reply)
          ),
        stop: (caller, sessionId, now) => telling(replies.stop(caller, sessionId, now), endedIfAny),
        endAbandoned: (now) => telling(replies.endAbandoned(now), Effect.forEach(ended, { discard: true }))
      }
    })
  ).pipe(Layer.provide(repository))
