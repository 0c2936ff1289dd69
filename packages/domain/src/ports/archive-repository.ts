import { Context, type Effect, type Option, type Stream } from "effect"
import type { SessionNotFoundError } from "../errors/session.ts"
import type { ArchivedSession, SessionSnapshot } from "../types/archive.ts"
import type { Caller } from "../types/caller.ts"
import type { SessionId, UserId } from "../types/ids.ts"
import type { Session } from "../types/session.ts"
import type { SessionQuery } from "../types/session-list.ts"
import type { Timestamp } from "../types/timestamp.ts"

/** Which of a caller's sessions. */
export type SessionSelection = Omit<SessionQuery, "limit" | "cursor" | "offset" | "q" | "parentId">

/**
 * Whole sessions out of the store and into it.
 *
 * A store that cannot be reached dies with `UnavailableError`; any other failure of it is a defect too.
 */
export class ArchiveRepository extends Context.Tag("@workspace/domain/ArchiveRepository")<
  ArchiveRepository,
  {
    /** The session as of this moment. */
    readonly read: (caller: Caller, id: SessionId) => Effect.Effect<SessionSnapshot, SessionNotFoundError>

    /**
     * The ids of the caller's own sessions, all sessions for a trusted caller and none for an anonymous one, in the order
     * of the ids. Each that is there from the first to the last read is given once, whatever happens meanwhile.
     */
    readonly ids: (caller: Caller, selection: SessionSelection) => Stream.Stream<SessionId>

    /**
     * Stores a session as it is, under `id` and for its new owner, in one step; with none where there is a session of
     * this id already, whosesoever. Its messages count as in the file; what is not scored yet is scored here. Its
     * version is higher than any that an earlier session of this id had.
     */
    readonly restore: (
      archived: ArchivedSession,
      options: { readonly id: SessionId; readonly owner: Option.Option<UserId>; readonly now: Timestamp }
    ) => Effect.Effect<Option.Option<Session>>
  }
>() {}
