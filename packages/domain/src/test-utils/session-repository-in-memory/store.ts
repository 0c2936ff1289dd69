import { Context, Effect, Either, Equal, HashMap, Layer, Option, SubscriptionRef } from "effect"
import { SessionNotFoundError } from "../../errors/session.ts"
import { type Caller, isVisibleTo } from "../../types/caller.ts"
import type { ClaimHash } from "../../types/claim.ts"
import type { Estimate } from "../../types/estimate.ts"
import type { SessionId } from "../../types/ids.ts"
import type { Message } from "../../types/message.ts"
import type { Reply, ReplyChunk } from "../../types/reply.ts"
import type { Session } from "../../types/session.ts"
import type { Thread } from "../../types/thread.ts"
import type { Timestamp } from "../../types/timestamp.ts"

/** All that is kept of one reply. */
export interface KeptReply {
  readonly reply: Reply
  readonly chunks: ReadonlyArray<ReplyChunk>
  readonly leaseUntil: Timestamp
  /** None while it is streaming. */
  readonly endedAt: Option.Option<Timestamp>
}

/** All that is kept of one session. */
export interface Kept {
  readonly session: Session
  readonly messages: ReadonlyArray<Message>
  /** As they began. */
  readonly replies: ReadonlyArray<KeptReply>
  readonly claimHash: Option.Option<ClaimHash>
  /** Its names, with their owners: they end with it. */
  readonly threads: ReadonlyArray<{ readonly owner: string; readonly thread: Thread }>
  readonly estimates: ReadonlyArray<Estimate>
  /** The lease of the session, and how often it was taken since something of it was stored. */
  readonly scoring: { readonly until: Option.Option<Timestamp>; readonly attempts: number }
}

/** What there is of a session that nobody has talked in. */
export const nothingOf = {
  messages: [],
  replies: [],
  threads: [],
  estimates: [],
  scoring: { until: Option.none(), attempts: 0 }
} as const

/** What a step gives, and what is kept of the session after it; or why nothing changes. */
export type Step<A, E = never> = (kept: Kept) => Either.Either<readonly [A, Option.Option<Kept>], E>

export type Sessions = HashMap.HashMap<SessionId, Kept>
type Sees = (session: Session) => boolean

/** What a caller may see. */
export const visibleTo =
  (caller: Caller) =>
  ({ userId }: Session) =>
    isVisibleTo(caller, userId)

const make = Effect.map(SubscriptionRef.make<Sessions>(HashMap.empty()), (sessions) => {
  const find = (all: Sessions, sees: Sees, id: SessionId) =>
    Either.fromOption(
      Option.filter(HashMap.get(all, id), ({ session }) => sees(session)),
      () => new SessionNotFoundError({ sessionId: id })
    )

  return {
    /** For steps that concern more than one session. */
    sessions,

    all: Effect.map(SubscriptionRef.get(sessions), HashMap.toValues),

    /** Keeps it, unless its owner has one of this id already: then gives that one. */
    put: (kept: Kept) =>
      Effect.flatten(
        SubscriptionRef.modify(sessions, (all): [Effect.Effect<Session>, Sessions] => {
          const { id, userId } = kept.session
          const stored = Option.getOrElse(HashMap.get(all, id), () => kept)
          return Equal.equals(stored.session.userId, userId)
            ? [Effect.succeed(stored.session), HashMap.set(all, id, stored)]
            : [Effect.dieMessage("The id is that of somebody else's session"), all]
        })
      ),

    read: (sees: Sees, id: SessionId) =>
      Effect.flatMap(SubscriptionRef.get(sessions), (all) => find(all, sees, id)),

    step: <A, E>(sees: Sees, id: SessionId, run: Step<A, E>) =>
      Effect.flatten(
        SubscriptionRef.modify(sessions, (all) =>
          Either.match(Either.flatMap(find(all, sees, id), run), {
            onLeft: (error): [Effect.Effect<A, E | SessionNotFoundError>, Sessions] => [
              Effect.fail(error),
              all
            ],
            onRight: ([value, next]) => [Effect.succeed(value), HashMap.modifyAt(all, id, () => next)]
          })
        )
      )
  }
})

/** Sessions with all that is theirs, each step on one of them atomic: what the stores in memory share. */
export class SessionStore extends Context.Tag("@workspace/domain/test-utils/SessionStore")<
  SessionStore,
  Effect.Effect.Success<typeof make>
>() {
  static readonly layer = Layer.effect(this, make)
}
