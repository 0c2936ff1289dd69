import { Data, Either, Equal, Option } from "effect"
import { ForeignUserError, UnauthorizedError } from "../errors/identity.ts"
import type { UserId } from "./ids.ts"
import type { Session } from "./session.ts"

/**
 * Who asks. A `User` sees its own sessions and those of nobody whose id it knows; `Anonymous`, without a
 * token, the latter alone. `Trusted` sees every session: the local caller who names nobody while identity is
 * switched off.
 */
export type Caller = Data.TaggedEnum<{
  Anonymous: object
  Trusted: object
  User: { readonly userId: UserId }
}>
export const Caller = Data.taggedEnum<Caller>()

/** Whether a session exists at all for this caller. */
export const isVisibleTo = (caller: Caller, owner: Session["userId"]): boolean =>
  Option.match(owner, {
    onNone: () => true,
    onSome: (userId) =>
      Caller.$match(caller, {
        Anonymous: () => false,
        Trusted: () => true,
        User: (user) => Equal.equals(user.userId, userId)
      })
  })

/**
 * Who will own a session that a caller starts: a user itself, nobody when it is anonymous, and for a trusted
 * caller whom it names.
 */
export const newOwner = (
  caller: Caller,
  named: Option.Option<UserId>
): Either.Either<Option.Option<UserId>, ForeignUserError | UnauthorizedError> =>
  Caller.$match(caller, {
    Anonymous: () =>
      Option.match(named, {
        onNone: () => Either.right(named),
        onSome: () => Either.left(new UnauthorizedError())
      }),
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

/** Whose threads a caller names: a user's own, those of nobody for a trusted caller, and none for an anonymous one. */
export const threadOwner = (caller: Caller): Option.Option<string> =>
  Caller.$match(caller, {
    Anonymous: () => Option.none(),
    Trusted: () => Option.some(""),
    User: ({ userId }) => Option.some(userId)
  })
