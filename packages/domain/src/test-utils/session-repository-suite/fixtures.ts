import type { Vitest } from "@effect/vitest"
import { Array, DateTime, Effect, Option } from "effect"
import { type NewMessage, SessionRepository } from "../../ports/session-repository.ts"
import { Caller } from "../../types/caller.ts"
import type { ClaimHash } from "../../types/claim.ts"
import { MessageId, SessionId, UserId } from "../../types/ids.ts"
import { MessageContent } from "../../types/message.ts"
import type { SessionStatus } from "../../types/session.ts"
import { asNobody } from "../callers.ts"
import { createTestSession } from "../create-test-session.ts"

/** `it` of a layer that has the store under test. */
export type SuiteIt = Vitest.MethodsNonLive<SessionRepository, true>

export const now = DateTime.unsafeMake("2030-01-01T00:00:00.000Z")

let made = 0

/** A user without sessions. */
export const newUser = () => Caller.User({ userId: UserId.make(`user ${++made}`) })

/** A stored session with an id of its own. */
export const createSession = Effect.fnUntraced(function* (
  overrides: Parameters<typeof createTestSession>[0] = {},
  claimHash: Option.Option<ClaimHash> = Option.none()
) {
  const repository = yield* SessionRepository
  const id = SessionId.make(`session_${++made}_suite`)
  const session = createTestSession({ id, createdAt: now, updatedAt: now, ...overrides })
  yield* repository.create(session, claimHash)
  return session
})

export const message = (
  sessionId: SessionId,
  id: string,
  overrides: Partial<NewMessage> = {}
): NewMessage => ({
  id: MessageId.make(id),
  sessionId,
  role: "user",
  content: MessageContent.make(`text of ${id}`),
  metadata: {},
  ...overrides
})

/** Stores the messages `m1`, `m2` … one after another. */
export const appendMany = Effect.fnUntraced(function* (sessionId: SessionId, count: number) {
  const repository = yield* SessionRepository
  return yield* Effect.forEach(
    Array.makeBy(count, (n) => `m${n + 1}`),
    (id) => repository.append(asNobody, message(sessionId, id), { now })
  )
})

/** A stored session with one message, `first`, and a status. */
export const createWithStatus = Effect.fnUntraced(function* (status: SessionStatus) {
  const repository = yield* SessionRepository
  const { id } = yield* createSession()
  yield* repository.append(asNobody, message(id, "first"), { now })
  yield* repository.setStatus(asNobody, id, status, now)
  return id
})
