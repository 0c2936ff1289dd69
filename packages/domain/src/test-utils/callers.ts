import { Caller } from "../types/caller.ts"
import { UserId } from "../types/ids.ts"

export const alice = UserId.make("alice")
export const asAlice = Caller.User({ userId: alice })
export const bob = UserId.make("bob")
export const asBob = Caller.User({ userId: bob })
export const asAnonymous = Caller.Anonymous()
/** Names nobody, and is trusted. */
export const asNobody = Caller.Trusted()
