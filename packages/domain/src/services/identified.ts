import { Effect, type Option } from "effect"
import { UnauthorizedError } from "../errors/identity.ts"
import { Caller } from "../types/caller.ts"
import type { UserId } from "../types/ids.ts"

/** Whose something is that a caller brings or begins: a user's own, and nobody's for a trusted caller. Others need a user. */
export const ownerFor = (caller: Caller): Effect.Effect<Option.Option<UserId>, UnauthorizedError> =>
  Caller.$match(caller, {
    Anonymous: () => new UnauthorizedError(),
    Trusted: () => Effect.succeedNone,
    User: ({ userId }) => Effect.succeedSome(userId)
  })

/** Refuses whoever names nobody. */
export const identified = (caller: Caller): Effect.Effect<void, UnauthorizedError> =>
  Effect.asVoid(ownerFor(caller))
