import { Chunk, Effect, Stream } from "effect"
import { ArchiveRepository } from "../ports/archive-repository.ts"
import type { ArchivedSession } from "../types/archive.ts"
import { Caller } from "../types/caller.ts"
import type { SessionId } from "../types/ids.ts"

/** A stored session, as it would come out of a file. */
export const archivedOf = Effect.fnUntraced(function* (id: SessionId) {
  const repository = yield* ArchiveRepository
  const { estimates, messages, session } = yield* repository.read(Caller.Trusted(), id)
  return {
    session,
    estimates: Chunk.toReadonlyArray(yield* Stream.runCollect(estimates)),
    messages: Chunk.toReadonlyArray(yield* Stream.runCollect(messages))
  } satisfies ArchivedSession
})
