import { DateTime, Effect, Option, Stream } from "effect"
import type { ArchiveUnavailableError } from "../errors/archive.ts"
import { ArchiveRepository } from "../ports/archive-repository.ts"
import { ArchiveStore } from "../ports/archive-store.ts"
import { Caller } from "../types/caller.ts"
import type { SessionId } from "../types/ids.ts"

const atRest = ["paused", "completed", "aborted"] as const

/**
 * The sessions of the last day in which no answer may come any more, of which a save was missed perhaps. One that has no
 * file is not among them: nobody knows whether there was none, or it was deleted.
 */
export const missed = Effect.map(
  Effect.all([ArchiveRepository, ArchiveStore]),
  ([repository, store]): Stream.Stream<SessionId, ArchiveUnavailableError> =>
    Stream.unwrap(
      Effect.map(DateTime.now, (now) => {
        const updatedAfter = DateTime.subtract(now, { days: 1 })
        return Stream.fromIterable(atRest).pipe(
          Stream.flatMap((status) => repository.ids(Caller.Trusted(), { status, updatedAfter })),
          Stream.filterEffect((id) => Effect.map(store.find(id), Option.isSome))
        )
      })
    )
)
