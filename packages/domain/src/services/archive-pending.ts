import { Array, Cause, DateTime, Effect, Option } from "effect"
import { ArchiveHealth } from "../types/archive.ts"
import type { SessionId } from "../types/ids.ts"
import type { Timestamp } from "../types/timestamp.ts"

/** A session that is looked at, and saved if it is due. */
export interface Pending {
  readonly sessionId: SessionId
  isDue: boolean
  /** Whether something has happened since it was looked at. */
  isStale: boolean
  /** Whether its file has not got its owner yet. */
  hasNewOwner: boolean
  failure: Option.Option<{ readonly since: Timestamp; readonly reason: string }>
}

export const pendingOf = (sessionId: SessionId): Pending => ({
  sessionId,
  isDue: false,
  isStale: false,
  hasNewOwner: false,
  failure: Option.none()
})

/** Keeps that it failed, since when and why, and tells each reason once. */
export const failed = Effect.fnUntraced(function* (held: Pending, cause: Cause.Cause<unknown>) {
  const reason = String(Cause.squash(cause))
  const before = held.failure
  const now = yield* DateTime.now
  held.failure = Option.some({
    reason,
    since: Option.match(before, { onNone: () => now, onSome: (_) => _.since })
  })
  if (!Option.exists(before, (_) => _.reason === reason)) {
    yield* Effect.annotateLogs(Effect.logWarning("A session could not be saved, and is tried again", cause), {
      sessionId: held.sessionId
    })
  }
})

export const healthOf = (pending: Iterable<Pending>): ArchiveHealth => {
  const all = Array.fromIterable(pending)
  const failures = Array.getSomes(all.map(({ failure }) => failure))
  return new ArchiveHealth({
    pending: all.filter(({ failure, isDue }) => isDue || Option.isSome(failure)).length,
    ...(Array.isNonEmptyArray(failures)
      ? {
          status: "failing",
          since: Array.min(
            Array.map(failures, ({ since }) => since),
            DateTime.Order
          )
        }
      : { status: "ok" })
  })
}
