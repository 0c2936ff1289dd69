import { Context, Effect, Either, Equal, HashMap, Layer, Option, Ref } from "effect"
import { SessionNotFoundError } from "../../errors/session.ts"
import type { ClaimHash } from "../../types/claim.ts"
import type { Estimate } from "../../types/estimate.ts"
import type { SessionId } from "../../types/ids.ts"
import type { Message } from "../../types/message.ts"
import type { Session } from "../../types/session.ts"
import type { Timestamp } from "../../types/timestamp.ts"

/** All that is kept of one session. */
export interface Kept {
  readonly session: Session
  readonly messages: ReadonlyArray<Message>
  readonly claimHash: Option.Option<ClaimHash>
  readonly estimates: ReadonlyArray<Estimate>
  /** The lease of the session, and how often it was taken since something of it was stored. */
  readonly scoring: { readonly until: Option.Option<Timestamp>; readonly attempts: number }
}

/** What a step gives, and what is kept of the session after it; or why nothing changes. */
export type Step<A, E = never> = (kept: Kept) => Either.Either<readonly [A, Option.Option<Kept>], E>

type Sessions = HashMap.HashMap<SessionId, Kept>
type Sees = (session: Session) => boolean

/** Sessions in a `Ref`, each step on one of them atomic. */
const make = Effect.map(Ref.make<Sessions>(HashMap.empty()), (sessions) => {
  const find = (all: Sessions, sees: Sees, id: SessionId) =>
    Either.fromOption(
      Option.filter(HashMap.get(all, id), ({ session }) => sees(session)),
      () => new SessionNotFoundError({ sessionId: id })
    )

  return {
    all: Effect.map(Ref.get(sessions), HashMap.toValues),

    /** Keeps it, unless its owner has one of this id already: then gives that one. */
    put: (kept: Kept) =>
      Effect.flatten(
        Ref.modify(sessions, (all): [Effect.Effect<Session>, Sessions] => {
          const { id, userId } = kept.session
          const stored = Option.getOrElse(HashMap.get(all, id), () => kept)
          return Equal.equals(stored.session.userId, userId)
            ? [Effect.succeed(stored.session), HashMap.set(all, id, stored)]
            : [Effect.dieMessage("The id is that of somebody else's session"), all]
        })
      ),

    read: (sees: Sees, id: SessionId) => Effect.flatMap(Ref.get(sessions), (all) => find(all, sees, id)),

    step: <A, E>(sees: Sees, id: SessionId, run: Step<A, E>) =>
      Effect.flatten(
        Ref.modify(sessions, (all) =>
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

/** What the repositories in memory share. */
export class SessionStore extends Context.Tag("@workspace/domain/test-utils/SessionStore")<
  SessionStore,
  Effect.Effect.Success<typeof make>
>() {
  static readonly layer = Layer.effect(this, make)
}
