import { DateTime, Option } from "effect"
import type { SavedSession } from "../types/archive.ts"
import type { SessionId } from "../types/ids.ts"
import type { Session } from "../types/session.ts"

/** What was saved of a session last, as far as it says whether it is due again. */
type LastSave = Option.Option<Pick<SavedSession, "status" | "questionCount" | "updatedAt">>

type Current = Pick<Session, "questionCount" | "updatedAt">

const hasChanged = ({ updatedAt }: Pick<Session, "updatedAt">, lastSave: LastSave) =>
  !Option.exists(lastSave, (last) => DateTime.greaterThanOrEqualTo(last.updatedAt, updatedAt))

/** A file of an earlier state with more answers is of a session that was removed, and came back as it was before. */
const answersSince = (current: Current, lastSave: LastSave) =>
  Option.match(lastSave, {
    onNone: () => current.questionCount,
    onSome: ({ questionCount }) =>
      questionCount > current.questionCount && hasChanged(current, lastSave)
        ? current.questionCount
        : current.questionCount - questionCount
  })

/**
 * Whether a session is to be saved by itself: an active one when the user has answered `interval` times since the last
 * save, any other when it has changed since, or was saved in another status. An interval of 0 saves nothing.
 */
export const shouldAutoSave = (
  current: Current & Pick<Session, "status">,
  lastSave: LastSave,
  interval: number
): boolean => {
  if (interval === 0) return false
  return current.status === "active"
    ? answersSince(current, lastSave) >= interval
    : hasChanged(current, lastSave) || !Option.exists(lastSave, ({ status }) => status === current.status)
}

/**
 * The sequence of the first answer of the agent after which an active session can be due: until each answer of the user
 * that is missing there are two messages more.
 */
export const dueAt = (
  current: Current & Pick<Session, "messageCount">,
  lastSave: LastSave,
  interval: number
): number =>
  interval === 0
    ? Number.POSITIVE_INFINITY
    : current.messageCount + 2 * (interval - Math.max(0, answersSince(current, lastSave)))

/** Where nothing is due for some answers, so that nobody has to look. */
export class QuietSessions {
  readonly #atMost: number
  readonly #spans = new Map<SessionId, { from: number; readonly until: number }>()

  constructor(atMost: number) {
    this.#atMost = atMost
  }

  /** Until the answer of this sequence nothing is due. Of more than `atMost` sessions nothing is known. */
  keep({ id, messageCount }: Pick<Session, "id" | "messageCount">, until: number): void {
    if (this.#spans.size >= this.#atMost) this.#spans.clear()
    this.#spans.set(id, { from: messageCount, until })
  }

  /** Whether nothing is due after this answer. One before the last one is of a session that was removed, and is back. */
  has(id: SessionId, sequence: number): boolean {
    const span = this.#spans.get(id)
    if (span === undefined || sequence < span.from || sequence >= span.until) return false
    span.from = sequence
    return true
  }
}
