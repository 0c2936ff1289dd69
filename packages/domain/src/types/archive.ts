import { Schema, type Stream } from "effect"
import type { SessionNotFoundError } from "../errors/session.ts"
import type { Estimate } from "./estimate.ts"
import { SessionId } from "./ids.ts"
import type { Message } from "./message.ts"
import { AgentName, Completion, Session, SessionStatus } from "./session.ts"
import { SessionCursor, type SessionQuery } from "./session-list.ts"
import { progressOf } from "./session-progress.ts"
import { Timestamp } from "./timestamp.ts"

/**
 * A session as of one moment, whose content is read only as fast as it is taken. What it holds is in order, each from
 * the first on; where the session is removed meanwhile, the reading fails.
 */
export interface SessionSnapshot {
  readonly session: Session
  readonly estimates: Stream.Stream<Estimate, SessionNotFoundError>
  readonly messages: Stream.Stream<Message, SessionNotFoundError>
}

/**
 * A session out of a file: whole, and fit to be stored. It is nobody's, and its version is 0: whose it is and what
 * became of it in a store does not travel.
 */
export interface ArchivedSession {
  readonly session: Session
  readonly estimates: ReadonlyArray<Estimate>
  readonly messages: ReadonlyArray<Message>
}

/** Since when versions of restored sessions are counted. */
const versionEpoch = 1_577_836_800_000

/**
 * The session that an archived one becomes in a store. How far it has come follows from its messages. Its version is
 * the number of seconds since 2020: more than a session of this id can have had before it was removed, unless it was
 * changed more than once a second all its life.
 */
export const restoredSession = (
  { messages, session }: ArchivedSession,
  { id, now, owner }: { readonly id: SessionId; readonly owner: Session["userId"]; readonly now: Timestamp }
): Session =>
  new Session({
    ...session,
    ...progressOf(messages, session),
    id,
    userId: owner,
    messageCount: messages.length,
    version: Math.max(1, Math.floor((now.epochMillis - versionEpoch) / 1_000))
  })

/** What a list tells of a saved session. */
export class SavedSession extends Schema.Class<SavedSession>("SavedSession")(
  {
    sessionId: SessionId,
    title: Session.fields.title,
    agent: AgentName,
    status: SessionStatus,
    productName: Schema.NullOr(Schema.String).annotations({
      description: "`productName` of the session's metadata",
      examples: ["journal"]
    }),
    messageCount: Session.fields.messageCount,
    questionCount: Session.fields.questionCount,
    completion: Completion,
    createdAt: Timestamp,
    updatedAt: Timestamp.annotations({ description: "When the session was last changed, as of this file" }),
    savedAt: Timestamp.annotations({ description: "When the file was written" }),
    bytes: Schema.NonNegativeInt.annotations({ description: "How large the file is", examples: [2_048] })
  },
  { description: "A saved session, without what it holds" }
) {
  get id(): SessionId {
    return this.sessionId
  }

  static of(session: Session, file: Pick<SavedSession, "savedAt" | "bytes">): SavedSession {
    return new SavedSession({
      ...session,
      ...file,
      sessionId: session.id,
      productName: session.productName
    })
  }
}

/** Whether the files follow the talks. */
export class ArchiveHealth extends Schema.Class<ArchiveHealth>("ArchiveHealth")(
  {
    status: Schema.Literal("ok", "failing").annotations({
      description: "`failing` while a session could not be saved when it was due, and is tried again"
    }),
    pending: Schema.NonNegativeInt.annotations({
      description: "How many sessions are due, and not saved yet",
      examples: [0]
    }),
    since: Schema.optionalWith(Timestamp, { exact: true }).annotations({
      description: "While it is failing: since when"
    })
  },
  { description: "Whether sessions are saved as they should be. Talks go on in any case" }
) {}

/** What a list of saved sessions is narrowed to, and where its page begins. */
export type SavedSessionQuery = Omit<SessionQuery, "q" | "parentId">

/** One page of the caller's saved sessions, last changed first. */
export class SavedSessionList extends Schema.Class<SavedSessionList>("SavedSessionList")(
  {
    sessions: Schema.Array(SavedSession),
    count: Schema.NonNegativeInt.annotations({
      description: "How many saved sessions the filter finds in all",
      examples: [1]
    }),
    nextCursor: Schema.NullOr(SessionCursor).annotations({ description: "Null on the last page" })
  },
  { description: "One page of your saved sessions" }
) {}

/** What to do with a session of a file where the store has another one of its id. */
export const OnConflict = Schema.Literal("refuse", "copy").annotations({
  description:
    "What to do where there is a session of this id already that does not begin as the one of the file: refuse it, or make a copy under a new id",
  examples: ["refuse"]
})
export type OnConflict = typeof OnConflict.Type

/** How many sessions can be merged at once. */
export const maxMerged = 100

/** What became of one session of a file. In a dry run: what would. */
export const ImportOutcome = Schema.Literal("imported", "copied", "unchanged", "conflict").annotations({
  description:
    "`imported` under its own id; `copied` under a new one; `unchanged`, because it is there already; `conflict`: refused",
  examples: ["imported"]
})
export type ImportOutcome = typeof ImportOutcome.Type

/** Where a session of a file is now, and how it got there. */
export interface Imported {
  readonly outcome: ImportOutcome
  /** Of a conflict: the id that is taken. */
  readonly sessionId: SessionId
}
