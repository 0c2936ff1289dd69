import { Chunk, Context, DateTime, Effect, HashMap, Layer, Option, Ref, Stream } from "effect"
import { ArchiveUnavailableError, SavedSessionNotFoundError } from "../errors/archive.ts"
import type { SessionNotFoundError } from "../errors/session.ts"
import { ArchiveStore } from "../ports/archive-store.ts"
import {
  type ArchivedSession,
  SavedSession,
  SavedSessionList,
  type SessionSnapshot
} from "../types/archive.ts"
import { Caller, isVisibleTo } from "../types/caller.ts"
import type { SessionId } from "../types/ids.ts"
import { Session } from "../types/session.ts"
import { list } from "./session-repository-in-memory/list.ts"
import { nothingOf } from "./session-repository-in-memory/store.ts"

interface File {
  readonly archived: ArchivedSession
  readonly owner: Session["userId"]
  readonly saved: SavedSession
}

const readAll = Effect.fnUntraced(function* ({ estimates, messages, session }: SessionSnapshot) {
  const read = {
    estimates: Chunk.toReadonlyArray(yield* Stream.runCollect(estimates)),
    messages: Chunk.toReadonlyArray(yield* Stream.runCollect(messages))
  }
  return {
    archived: { session: new Session({ ...session, userId: Option.none(), version: 0 }), ...read },
    owner: session.userId,
    saved: SavedSession.of(session, {
      savedAt: yield* DateTime.now,
      bytes: JSON.stringify(read.messages).length
    })
  }
})

/** What the place of the files is like: while it is `full`, nothing can be saved. */
export class ArchiveDisk extends Context.Tag("@workspace/domain/test-utils/ArchiveDisk")<
  ArchiveDisk,
  { readonly isFull: Ref.Ref<boolean> }
>() {
  static readonly layer = Layer.effect(
    this,
    Effect.map(Ref.make(false), (isFull) => ({ isFull }))
  )
}

/** A real implementation over a `Ref`, whose disk can be full. */
export const layer = Layer.effect(
  ArchiveStore,
  Effect.gen(function* () {
    const { isFull } = yield* ArchiveDisk
    const files = yield* Ref.make(HashMap.empty<SessionId, File>())

    const visible = (caller: Caller, id: SessionId) =>
      Ref.get(files).pipe(
        Effect.flatMap(HashMap.get(id)),
        Effect.filterOrFail(({ owner }) => isVisibleTo(caller, owner)),
        Effect.mapError(() => new SavedSessionNotFoundError({ sessionId: id }))
      )

    const inTurn = (yield* Effect.makeSemaphore(1)).withPermits(1)

    const write = Effect.fnUntraced(function* (
      id: SessionId,
      read: Effect.Effect<SessionSnapshot, SessionNotFoundError>
    ) {
      const file = yield* Effect.flatMap(read, readAll)
      if (yield* Ref.get(isFull)) return yield* new ArchiveUnavailableError()
      yield* Ref.update(files, HashMap.set(id, file))
      return file.saved
    })

    return {
      save: (id, read) => inTurn(write(id, read)),

      renew: (id, read) =>
        inTurn(Effect.whenEffect(write(id, read), Effect.map(Ref.get(files), HashMap.has(id)))),

      ownerOf: (caller, id) =>
        Effect.map(visible(caller, id), ({ owner }) =>
          Option.filter(owner, () => Caller.$is("User")(caller))
        ),

      load: (caller, id) => Effect.map(visible(caller, id), ({ archived }) => archived),

      list: (caller, query) =>
        Effect.map(Ref.get(files), (all) => {
          const kept = Array.from(HashMap.values(all), ({ archived: { messages, session }, owner }) => ({
            ...nothingOf,
            session: new Session({ ...session, userId: owner }),
            messages,
            claimHash: Option.none()
          }))
          const { sessions, ...page } = list(caller, query)(kept)
          return new SavedSessionList({
            ...page,
            sessions: sessions.flatMap(({ id }) =>
              Option.toArray(Option.map(HashMap.get(all, id), ({ saved }) => saved))
            )
          })
        }),

      remove: (caller, id) =>
        inTurn(Effect.zipRight(visible(caller, id), Ref.update(files, HashMap.remove(id)))),

      find: (id) =>
        Effect.map(Ref.get(files), (all) => Option.map(HashMap.get(all, id), ({ saved }) => saved))
    }
  })
).pipe(Layer.provideMerge(ArchiveDisk.layer))
