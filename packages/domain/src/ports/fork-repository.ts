import { Context, type Effect } from "effect"
import type { ForkPointError } from "../errors/fork.ts"
import type { MessageConflictError, SessionNotFoundError } from "../errors/session.ts"
import type { ThreadExistsError } from "../errors/thread.ts"
import type { Caller } from "../types/caller.ts"
import type { MessageId, SessionId } from "../types/ids.ts"
import type { AgentName, Session, Title } from "../types/session.ts"
import type { ThreadKey } from "../types/thread.ts"
import type { Timestamp } from "../types/timestamp.ts"

/** From where, and into what, a session is forked. */
export interface Fork {
  readonly from: SessionId
  /** The last message that the fork shares, 0 for none; left out: all that there are. */
  readonly atSequence?: number | undefined
  /** The new session's. The caller's own fork of the same session under this id is not made twice: it comes back as it is by now. */
  readonly id: SessionId
  /** Left out: the parent's. */
  readonly title?: Title | undefined
  /** Left out: the parent's. */
  readonly agent?: AgentName | undefined
  /** The caller's name for the fork: both are made or neither. It is free, or that of this very fork already. */
  readonly thread?: ThreadKey | undefined
  /** What goes on in the fork: not made where it would share a message of this id already. */
  readonly unlessMessage?: MessageId | undefined
  readonly now: Timestamp
}

/** Copies of sessions that go on independently of them. */
export class ForkRepository extends Context.Tag("@workspace/domain/ForkRepository")<
  ForkRepository,
  {
    /**
     * Makes an active session of the caller, or of nobody where the caller is nobody, with the messages of another
     * up to a sequence, and its estimates and precision as of there: one step, as of one moment. What is not
     * scored yet is scored in the fork. A fork of a session of nobody by nobody is claimed with the same token.
     */
    readonly fork: (
      caller: Caller,
      fork: Fork
    ) => Effect.Effect<
      Session,
      SessionNotFoundError | ForkPointError | ThreadExistsError | MessageConflictError
    >
  }
>() {}
