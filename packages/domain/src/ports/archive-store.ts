import { Context, type Effect, type Option } from "effect"
import type {
  ArchiveUnavailableError,
  SavedSessionNotFoundError,
  UnreadableArchiveError
} from "../errors/archive.ts"
import type { SessionNotFoundError } from "../errors/session.ts"
import type {
  ArchivedSession,
  SavedSession,
  SavedSessionList,
  SavedSessionQuery,
  SessionSnapshot
} from "../types/archive.ts"
import type { Caller } from "../types/caller.ts"
import type { SessionId } from "../types/ids.ts"
import type { Session } from "../types/session.ts"

/**
 * Saved sessions, a file each. A file is its session's owner's; that of a session of nobody is given to whoever knows the
 * id, and listed for nobody but a trusted caller: whether the session still is nobody's is for the caller of this port to
 * ask. A file that does not say whose it is, as one may be that is damaged or was put there by hand, exists for trusted
 * callers alone. What is no file of a saved session is passed over with a warning.
 *
 * What is done to one session's file is done in turn.
 */
export class ArchiveStore extends Context.Tag("@workspace/domain/ArchiveStore")<
  ArchiveStore,
  {
    /**
     * Saves a session in the place of what was saved of it. It is read when its turn has come, so that what is saved last
     * is what was read last, and nothing that was removed comes back. Where others save to the same place meanwhile, the
     * later state stays, and comes back.
     */
    readonly save: (
      id: SessionId,
      read: Effect.Effect<SessionSnapshot, SessionNotFoundError>
    ) => Effect.Effect<SavedSession, ArchiveUnavailableError | SessionNotFoundError>

    /** As `save` where there is a file of the session, of any kind; else nothing is saved. */
    readonly renew: (
      id: SessionId,
      read: Effect.Effect<SessionSnapshot, SessionNotFoundError>
    ) => Effect.Effect<Option.Option<SavedSession>, ArchiveUnavailableError | SessionNotFoundError>

    /** Whose the file is, if it exists for the caller: its own, or nobody's. Trusted callers own nothing. */
    readonly ownerOf: (
      caller: Caller,
      id: SessionId
    ) => Effect.Effect<Session["userId"], SavedSessionNotFoundError | ArchiveUnavailableError>

    readonly load: (
      caller: Caller,
      id: SessionId
    ) => Effect.Effect<
      ArchivedSession,
      SavedSessionNotFoundError | UnreadableArchiveError | ArchiveUnavailableError
    >

    /** The caller's own, last changed first. */
    readonly list: (
      caller: Caller,
      query: SavedSessionQuery
    ) => Effect.Effect<SavedSessionList, ArchiveUnavailableError>

    /** Removes the file, not the session; also a damaged one, by those for whom it exists. */
    readonly remove: (
      caller: Caller,
      id: SessionId
    ) => Effect.Effect<void, SavedSessionNotFoundError | ArchiveUnavailableError>

    /** What was saved of a session last, if anything readable. */
    readonly find: (id: SessionId) => Effect.Effect<Option.Option<SavedSession>, ArchiveUnavailableError>
  }
>() {}
