import { DateTime, Effect, Option, Stream } from "effect"
import type { SessionNotFoundError } from "../errors/session.ts"
import { ArchiveRepository } from "../ports/archive-repository.ts"
import type { ArchivedSession, SessionSnapshot } from "../types/archive.ts"
import { Caller } from "../types/caller.ts"
import type { SessionId, UserId } from "../types/ids.ts"
import type { Message } from "../types/message.ts"
import type { Session } from "../types/session.ts"

/** Where a session of a file is to be, and whose. */
interface Place {
  readonly id: SessionId
  readonly owner: Option.Option<UserId>
  /** Nothing is stored. */
  readonly dryRun: boolean
}

/** What became of it. Of a dry run there is no session that was not there before. */
type Placed =
  | { readonly outcome: "imported"; readonly session: Option.Option<Session> }
  | { readonly outcome: "unchanged"; readonly session: Option.Option<Session> }
  | { readonly outcome: "conflict" }

const isSame = (one: Message, other: Message | undefined): boolean =>
  other !== undefined &&
  one.id === other.id &&
  one.hasBodyOf(other) &&
  DateTime.Equivalence(one.createdAt, other.createdAt)

/** Whether a session is the one of a file, or has gone on from there. */
const beginsAs = (
  { messages, session }: SessionSnapshot,
  archived: ArchivedSession
): Effect.Effect<boolean, SessionNotFoundError> => {
  const count = archived.messages.length
  return session.messageCount < count || !DateTime.Equivalence(session.createdAt, archived.session.createdAt)
    ? Effect.succeed(false)
    : messages.pipe(
        Stream.take(count),
        Stream.zipWithIndex,
        Stream.takeWhile(([message, index]) => isSame(message, archived.messages[index])),
        Stream.runCount,
        Effect.map((same) => same === count)
      )
}

const isOwn = (caller: Caller, { userId }: Session, { owner }: Place): boolean =>
  Caller.$match(caller, {
    Anonymous: () => Option.isNone(userId),
    Trusted: () => true,
    User: (user) => Option.contains(userId, user.userId) || (Option.isNone(userId) && Option.isNone(owner))
  })

/** Others may make and remove the session of this id meanwhile; it does not come to that more often than once. */
const looks = 5

/**
 * Stores a session of a file at a place unless it is there already. What is somebody else's is a conflict, whatever it
 * holds, and so is a session of nobody that the caller would expect to own.
 */
export const make = Effect.map(ArchiveRepository, (repository) => {
  const attempt = Effect.fnUntraced(function* (caller: Caller, archived: ArchivedSession, place: Place) {
    // An id is taken also where the caller does not see by whom.
    const found = yield* Effect.option(repository.read(Caller.Trusted(), place.id))
    if (Option.isNone(found)) {
      if (place.dryRun) return Option.some<Placed>({ outcome: "imported", session: Option.none() })
      const { id, owner } = place
      const session = yield* repository.restore(archived, { id, owner, now: yield* DateTime.now })
      return Option.map(session, (_): Placed => ({ outcome: "imported", session: Option.some(_) }))
    }
    const { session } = found.value
    const isThere = isOwn(caller, session, place) && (yield* beginsAs(found.value, archived))
    return Option.some<Placed>(
      isThere ? { outcome: "unchanged", session: Option.some(session) } : { outcome: "conflict" }
    )
  })

  return (caller: Caller, archived: ArchivedSession, place: Place): Effect.Effect<Placed> =>
    attempt(caller, archived, place).pipe(
      // Removed while it was compared.
      Effect.catchTag("SessionNotFoundError", () => Effect.succeed(Option.none<Placed>())),
      Effect.repeat({ until: Option.isSome, times: looks }),
      Effect.map(Option.getOrElse((): Placed => ({ outcome: "conflict" })))
    )
})
