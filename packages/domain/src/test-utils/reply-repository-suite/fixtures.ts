import type { Vitest } from "@effect/vitest"
import { type Array, Duration, Effect, Option } from "effect"
import { ReplyRepository } from "../../ports/reply-repository.ts"
import { type NewMessage, SessionRepository } from "../../ports/session-repository.ts"
import { MessageId as Id, type MessageId, type SessionId } from "../../types/ids.ts"
import type { ReplyKey, ReplyPart } from "../../types/reply.ts"
import { alice, asAlice } from "../callers.ts"
import { createSession, message, now } from "../session-repository-suite/fixtures.ts"

/** `it` of a layer that has the stores under test. */
export type RepliesIt = Vitest.MethodsNonLive<ReplyRepository | SessionRepository, true>

export const lease = Duration.minutes(1)

/** A session of Alice without messages. */
export const newSession = Effect.map(createSession({ userId: Option.some(alice) }), ({ id }) => id)

export const answerTo = (question: string) => Id.make(`${question}.answer`)

/** Begins the reply `q.answer` to Alice's message `q`. */
export const begin = Effect.fnUntraced(function* (
  sessionId: SessionId,
  question: string,
  overrides: { readonly message?: Partial<NewMessage>; readonly lease?: Duration.Duration } = {}
) {
  const replies = yield* ReplyRepository
  return yield* replies.begin(asAlice, message(sessionId, question, overrides.message), {
    replyId: answerTo(question),
    now,
    lease: overrides.lease ?? lease
  })
})

/** A reply that has begun to the message `q`, which is new. */
export const begun = Effect.fnUntraced(function* (
  sessionId: SessionId,
  question: string,
  length: Duration.Duration = lease
): Effect.fn.Return<ReplyKey, never, ReplyRepository> {
  const { _tag } = yield* Effect.orDie(begin(sessionId, question, { lease: length }))
  if (_tag !== "Begun") return yield* Effect.dieMessage(`The message was new and its reply is ${_tag}`)
  return { sessionId, id: answerTo(question) }
})

export const text = (said: string): ReplyPart => ({ _tag: "Text", text: said })
export const data = (noted: Readonly<Record<string, unknown>>): ReplyPart => ({ _tag: "Data", data: noted })

/** Writes chunks 1, 2, 3 … and says of each whether it was taken. */
export const write = Effect.fnUntraced(function* (
  key: ReplyKey,
  chunks: ReadonlyArray<Array.NonEmptyReadonlyArray<ReplyPart>>,
  length: Duration.Duration = lease
) {
  const replies = yield* ReplyRepository
  return yield* Effect.forEach(chunks, (parts, place) =>
    replies.write(key, { index: place + 1, parts }, { lease: length })
  )
})

export const end = (key: ReplyKey, options: { readonly completes?: boolean } = {}) =>
  Effect.flatMap(ReplyRepository, (replies) => replies.end(key, { status: "complete", now, ...options }))

export const interrupt = (key: ReplyKey) =>
  Effect.flatMap(ReplyRepository, (replies) => replies.end(key, { status: "interrupted", now }))

/** A whole reply, to a new message. */
export const answered = Effect.fnUntraced(function* (sessionId: SessionId, question: string, said = "yes") {
  const key = yield* begun(sessionId, question)
  yield* write(key, [[text(said)]])
  yield* end(key)
  return key
})

export const conversation = (sessionId: SessionId) =>
  Effect.flatMap(SessionRepository, (sessions) => sessions.load(asAlice, sessionId))

/** The whole reply with all its chunks. */
export const whole = (key: ReplyKey) =>
  Effect.flatMap(ReplyRepository, (replies) => replies.read(asAlice, key, { after: 0, limit: 10_000 }))

export const regenerate = (
  sessionId: SessionId,
  replyId: string,
  options: {
    readonly messageId?: MessageId
    readonly after?: MessageId
    readonly lease?: Duration.Duration
  } = {}
) =>
  Effect.flatMap(ReplyRepository, (replies) =>
    replies.regenerate(asAlice, sessionId, { replyId: Id.make(replyId), now, lease, ...options })
  )
