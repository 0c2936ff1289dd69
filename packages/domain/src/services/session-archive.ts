import { Context, Effect, Layer, Option, Stream, Struct } from "effect"
import {
  type ArchiveUnavailableError,
  SavedSessionNotFoundError,
  SessionExistsError,
  type UnreadableArchiveError
} from "../errors/archive.ts"
import type { UnauthorizedError } from "../errors/identity.ts"
import type { SessionNotFoundError } from "../errors/session.ts"
import { ArchiveRepository, type SessionSelection } from "../ports/archive-repository.ts"
import { ArchiveStore } from "../ports/archive-store.ts"
import type { SavedSession, SavedSessionList, SavedSessionQuery, SessionSnapshot } from "../types/archive.ts"
import { Caller, isVisibleTo } from "../types/caller.ts"
import { isUsableSessionId, type SessionId } from "../types/ids.ts"
import type { Session } from "../types/session.ts"
import { identified } from "./identified.ts"
import * as SessionPlacing from "./session-placing.ts"

/** Sessions out of the store: saved as files, and exported. */
export class SessionArchive extends Context.Tag("@workspace/domain/SessionArchive")<
  SessionArchive,
  {
    /** Saves a session as it is at this moment, in the place of what was saved of it before. */
    readonly save: (
      caller: Caller,
      sessionId: SessionId
    ) => Effect.Effect<SavedSession, SessionNotFoundError | ArchiveUnavailableError>

    /**
     * Restores a saved session: for its owner, who is the caller, or for nobody where the caller is trusted. Where it is
     * there already, also when it has gone on, it stays as it is and comes back.
     */
    readonly load: (
      caller: Caller,
      sessionId: SessionId
    ) => Effect.Effect<
      Session,
      SavedSessionNotFoundError | UnreadableArchiveError | SessionExistsError | ArchiveUnavailableError
    >

    /** The user's saved sessions, last changed first. */
    readonly list: (
      caller: Caller,
      query: SavedSessionQuery
    ) => Effect.Effect<SavedSessionList, UnauthorizedError | ArchiveUnavailableError>

    /** How many of the user's saved sessions a filter finds. */
    readonly count: (
      caller: Caller,
      selection: SessionSelection
    ) => Effect.Effect<number, UnauthorizedError | ArchiveUnavailableError>

    /** Removes the file of a session, not the session. */
    readonly remove: (
      caller: Caller,
      sessionId: SessionId
    ) => Effect.Effect<void, SavedSessionNotFoundError | ArchiveUnavailableError>

    /** A session as of this moment. */
    readonly export: (
      caller: Caller,
      sessionId: SessionId
    ) => Effect.Effect<SessionSnapshot, SessionNotFoundError>

    /** The user's sessions, each as of the moment when its turn comes, without those that are gone by then. */
    readonly exportAll: (
      caller: Caller,
      selection: SessionSelection
    ) => Effect.Effect<Stream.Stream<SessionSnapshot>, UnauthorizedError>
  }
>() {
  static readonly layer = Layer.effect(
    this,
    Effect.gen(function* () {
      const place = yield* SessionPlacing.make
      const repository = yield* ArchiveRepository
      const store = yield* ArchiveStore

      const save = Effect.fn("SessionArchive.save")(function* (caller: Caller, sessionId: SessionId) {
        yield* Effect.annotateCurrentSpan({ sessionId })
        return yield* store.save(sessionId, repository.read(caller, sessionId))
      })

      /**
       * Whose file it is that the caller asks for: its own, or nobody's. A file of nobody says only that the session was
       * nobody's when it was saved: it exists for others as long as the session is there and still is. Where that has got an
       * owner, the file gets it too.
       */
      const ownerOf = Effect.fnUntraced(function* (caller: Caller, sessionId: SessionId) {
        const owner = yield* store.ownerOf(caller, sessionId)
        if (Option.isSome(owner) || Caller.$is("Trusted")(caller)) return owner
        const read = repository.read(Caller.Trusted(), sessionId)
        const notFound = new SavedSessionNotFoundError({ sessionId })
        const { userId } = (yield* Effect.mapError(read, () => notFound)).session
        if (Option.isSome(userId)) {
          yield* Effect.catchAll(store.renew(sessionId, read), (error) =>
            Effect.logWarning("The file of a session that has an owner says that it is nobody's", error)
          )
        }
        return isVisibleTo(caller, userId) ? userId : yield* notFound
      })

      const load = Effect.fn("SessionArchive.load")(function* (caller: Caller, sessionId: SessionId) {
        yield* Effect.annotateCurrentSpan({ sessionId })
        const notFound = new SavedSessionNotFoundError({ sessionId })
        if (!isUsableSessionId(sessionId)) return yield* notFound
        const owner = yield* ownerOf(caller, sessionId)
        const archived = yield* store.load(caller, sessionId)
        // What is gone since then may have been somebody's.
        const dryRun = Option.isNone(owner) && !Caller.$is("Trusted")(caller)
        const placed = yield* place(caller, archived, { id: sessionId, owner, dryRun })
        if (placed.outcome === "conflict") {
          // Claimed meanwhile, it is there for its owner alone.
          yield* ownerOf(caller, sessionId)
          return yield* new SessionExistsError({ sessionId })
        }
        return yield* Effect.mapError(placed.session, () => notFound)
      })

      const remove = Effect.fn("SessionArchive.remove")(function* (caller: Caller, sessionId: SessionId) {
        yield* Effect.annotateCurrentSpan({ sessionId })
        yield* ownerOf(caller, sessionId)
        yield* store.remove(caller, sessionId)
      })

      const list = Effect.fn("SessionArchive.list")((caller: Caller, query: SavedSessionQuery) =>
        Effect.zipRight(identified(caller), store.list(caller, query))
      )

      const count = Effect.fn("SessionArchive.count")((caller: Caller, selection: SessionSelection) =>
        Effect.zipRight(
          identified(caller),
          Effect.map(store.list(caller, { ...selection, limit: 1 }), Struct.get("count"))
        )
      )

      const exportAll = Effect.fn("SessionArchive.exportAll")((caller: Caller, selection: SessionSelection) =>
        Effect.as(
          identified(caller),
          repository.ids(caller, selection).pipe(
            Stream.mapEffect((id) => Effect.option(repository.read(caller, id))),
            Stream.filterMap((snapshot) => snapshot)
          )
        )
      )

      return {
        save,
        load,
        list,
        count,
        remove,
        export: Effect.fn("SessionArchive.export")(repository.read),
        exportAll
      }
    })
  )
}
