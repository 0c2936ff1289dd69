import { Data, Either, Equal, Option } from "effect"
import { ForeignUserError } from "../errors/session.ts"
import type { UserId } from "./ids.ts"
import type { Session } from "./session.ts"

/**
 * Who asks. A `User` sees its own sessions and the anonymous ones whose id it knows. `Trusted` sees every
 * session: the local caller who names nobody while identity is switched off.
 */
export type Caller = Data.TaggedEnum<{
  Trusted: object
  User: { readonly userId: UserId }
}>
export const Caller = Data.taggedEnum<Caller>()

/** Whether a session exists at all for this caller. */
export const isVisibleTo = (caller: Caller, owner: Session["userId"]): boolean =>
  Option.match(owner, {
    onNone: () => true,
    onSome: (userId) =>
      Caller.$match(caller, { Trusted: () => true, User: (user) => Equal.equals(user.userId, userId) })
  })

/** Who will own a session that a caller starts: the caller itself, or, for a trusted one, whom it names. */
export const newOwner = (
  caller: Caller,
  named: Option.Option<UserId>
): Either.Either<Option.Option<UserId>, ForeignUserError> =>
  Caller.$match(caller, {
    Trusted: () => Either.right(named),
    User: ({ userId }) =>
      Option.match(
        Option.filter(named, (_) => _ !== userId),
        {
          onNone: () => Either.right(Option.some(userId)),
          onSome: (_) => Either.left(new ForeignUserError({ userId: _ }))
        }
      )
  })
