import { Context, type Effect } from "effect"
import type { ThreadNotFoundError } from "../errors/thread.ts"
import type { Caller } from "../types/caller.ts"
import type { Session } from "../types/session.ts"
import type { ResourceId, Thread, ThreadKey } from "../types/thread.ts"
import type { Timestamp } from "../types/timestamp.ts"

/** A thread with its session, as of one moment. */
export interface ThreadSession {
  readonly thread: Thread
  readonly session: Session
}

/**
 * What callers with ids of their own call their sessions. The names are each owner's own: two users may have a
 * thread of the same name, and neither sees the other's.
 *
 * A store that cannot be reached dies with `UnavailableError`; any other failure of it is a defect too.
 */
export class ThreadRepository extends Context.Tag("@workspace/domain/ThreadRepository")<
  ThreadRepository,
  {
    /**
     * The session of a thread, made with the name in one step when there is none; of any number of callers at once all get the
     * same. An existing thread counts as used now.
     */
    readonly open: (caller: Caller, key: ThreadKey, session: Session) => Effect.Effect<ThreadSession>

    readonly get: (caller: Caller, key: ThreadKey) => Effect.Effect<ThreadSession, ThreadNotFoundError>

    /** The threads of a resource, last used first, and how many there are. */
    readonly list: (
      caller: Caller,
      resourceId: ResourceId,
      range: { readonly limit: number; readonly offset: number }
    ) => Effect.Effect<{ readonly threads: ReadonlyArray<ThreadSession>; readonly count: number }>

    /** Replaces the metadata of the thread, not of its session. */
    readonly setMetadata: (
      caller: Caller,
      key: ThreadKey,
      metadata: Thread["metadata"],
      now: Timestamp
    ) => Effect.Effect<ThreadSession, ThreadNotFoundError>

    /** Forgets the name; the session stays. */
    readonly remove: (caller: Caller, key: ThreadKey) => Effect.Effect<void, ThreadNotFoundError>
  }
>() {}
