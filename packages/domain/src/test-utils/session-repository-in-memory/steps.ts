import { Array, DateTime, Either, Equal, Option, Utils } from "effect"
import { ClaimRefusedError } from "../../errors/claim.ts"
import { SequenceConflictError, VersionConflictError } from "../../errors/conflict.ts"
import { InvalidSessionStateError } from "../../errors/session.ts"
import type { NewMessage } from "../../ports/session-repository.ts"
import type { ClaimHash } from "../../types/claim.ts"
import type { UserId } from "../../types/ids.ts"
import { Message } from "../../types/message.ts"
import {
  Session,
  type SessionChange,
  type SessionVersion,
  statusesBefore,
  type Title
} from "../../types/session.ts"
import { maxPageSize } from "../../types/session-list.ts"
import { progressWith } from "../../types/session-progress.ts"
import type { Timestamp } from "../../types/timestamp.ts"
import type { Kept, Step } from "./store.ts"

export const keep = <A>(value: A, kept: Kept) => Either.right([value, Option.some(kept)] as const)

const refuse = ({ id, status }: Session) =>
  Either.left(new InvalidSessionStateError({ sessionId: id, currentStatus: status }))

export const changed = (session: Session, change: Partial<Session>) => {
  const next = { ...session, ...change, version: session.version + 1 }
  return new Session({ ...next, completion: next.status === "completed" ? 100 : next.completion })
}

const unseen = ({ messages }: Kept, after: number) => messages.slice(after, after + maxPageSize)

/** A new message, and the session with it. */
export const added = (
  { messages, session, ...rest }: Kept,
  message: NewMessage,
  options: {
    readonly now: Timestamp
    readonly title?: Title | undefined
    readonly completes?: boolean | undefined
  }
) => {
  const updatedAt = DateTime.max(session.updatedAt, options.now)
  const sequence = session.messageCount + 1
  const appended = new Message({ ...message, sequence, createdAt: updatedAt })
  const next = changed(session, {
    title: Option.orElse(session.title, () => Option.fromNullable(options.title)),
    messageCount: sequence,
    ...progressWith(session, message, messages.at(-1)),
    scoredThrough:
      session.scoredThrough === session.messageCount && !("assessment" in message.metadata)
        ? sequence
        : session.scoredThrough,
    status: options.completes === true ? "completed" : session.status,
    updatedAt
  })
  return [appended, { ...rest, session: next, messages: Array.append(messages, appended) }] as const
}

export const append =
  (
    message: NewMessage,
    options: {
      readonly now: Timestamp
      readonly expectedSequence?: number | undefined
      readonly title?: Title | undefined
      readonly completes?: boolean | undefined
    }
  ): Step<Message, InvalidSessionStateError | SequenceConflictError> =>
  (kept) => {
    const { messages, session } = kept
    const stored = Array.findFirst(messages, ({ id }) => id === message.id)
    if (Option.isSome(stored)) return keep(stored.value, kept)
    if (session.status !== "active") return refuse(session)
    const { id: sessionId, messageCount } = session
    const { expectedSequence = messageCount } = options
    if (expectedSequence !== messageCount) {
      return Either.left(
        new SequenceConflictError({ sessionId, messageCount, messages: unseen(kept, expectedSequence) })
      )
    }
    return keep(...added(kept, message, options))
  }

export const update =
  (change: SessionChange, now: Timestamp): Step<Session, InvalidSessionStateError> =>
  (kept) => {
    const { session } = kept
    const { status = session.status } = change
    if (status !== session.status && !statusesBefore(status).includes(session.status)) return refuse(session)
    const wanted = new Session({ ...session, ...change })
    if (Utils.structuralRegion(() => Equal.equals(wanted, session))) return keep(session, kept)
    const next = changed(wanted, { updatedAt: DateTime.max(session.updatedAt, now) })
    return keep(next, { ...kept, session: next })
  }

/** The step, if the session is still the version that whoever takes it has seen. */
export const ifVersion =
  <A, E>(seen: SessionVersion | undefined, step: Step<A, E>): Step<A, E | VersionConflictError> =>
  (kept) => {
    const { session } = kept
    if (seen === undefined || seen.version === session.version) return step(kept)
    return Either.left(
      new VersionConflictError({
        sessionId: session.id,
        session,
        messages: unseen(kept, seen.messageCount)
      })
    )
  }

export const claim =
  (userId: UserId, claimHash: ClaimHash, now: Timestamp): Step<Session, ClaimRefusedError> =>
  (kept) => {
    const { session } = kept
    if (Option.isSome(session.userId)) return keep(session, kept)
    if (!Option.contains(kept.claimHash, claimHash)) {
      return Either.left(new ClaimRefusedError({ sessionId: session.id }))
    }
    const updatedAt = DateTime.max(session.updatedAt, now)
    const next = changed(session, { userId: Option.some(userId), updatedAt })
    return keep(next, { ...kept, session: next, claimHash: Option.none() })
  }

export const remove: Step<void> = () => Either.right([undefined, Option.none()])
