import { assert } from "@effect/vitest"
import { assertEquals } from "@effect/vitest/utils"
import { Array, DateTime, Effect, Option } from "effect"
import { ReplyRunningError } from "../../errors/reply.ts"
import { InvalidSessionStateError, SessionNotFoundError } from "../../errors/session.ts"
import { Begun, ReplyRepository } from "../../ports/reply-repository.ts"
import { SessionRepository } from "../../ports/session-repository.ts"
import { SessionId } from "../../types/ids.ts"
import { Reply } from "../../types/reply.ts"
import { SessionStatus, Title } from "../../types/session.ts"
import { asAlice, asAnonymous, asBob } from "../callers.ts"
import { message, now } from "../session-repository-suite/fixtures.ts"
import {
  answered,
  answerTo,
  begin,
  begun,
  conversation,
  lease,
  newSession,
  type RepliesIt
} from "./fixtures.ts"

/** A message and its reply begin together, and one reply at a time. */
export const describeBeginnings = (it: RepliesIt) => {
  it.effect("stores a message and begins the reply to it", () =>
    Effect.gen(function* () {
      const replies = yield* ReplyRepository
      const sessionId = yield* newSession
      const before = (yield* conversation(sessionId)).session
      const later = DateTime.add(now, { seconds: 5 })
      const outcome = yield* replies.begin(asAlice, message(sessionId, "q", { metadata: { mood: 1 } }), {
        replyId: answerTo("q"),
        now: later,
        lease,
        title: Title.make("A title")
      })
      const { messages, session } = yield* conversation(sessionId)
      const [question] = messages
      assert(question !== undefined && messages.length === 1)
      const reply = new Reply({
        id: answerTo("q"),
        sessionId,
        questionId: question.id,
        questionSequence: 1,
        regenerates: Option.none(),
        status: "streaming",
        chunkCount: 0,
        messageSequence: Option.none(),
        createdAt: later
      })
      assert.deepStrictEqual(outcome, Begun.Begun({ question, reply }))
      assert.deepInclude(question, { sequence: 1, role: "user", metadata: { mood: 1 }, createdAt: later })
      assert.deepInclude(session, { messageCount: 1, version: before.version + 1, updatedAt: later })
      assertEquals(session.title, Option.some(Title.make("A title")))
      assert.deepStrictEqual(yield* replies.running(asAlice, sessionId), Option.some(reply))
    })
  )

  it.effect("stores nothing while a reply is on its way", () =>
    Effect.gen(function* () {
      const sessionId = yield* newSession
      yield* begun(sessionId, "q1")
      const before = yield* conversation(sessionId)
      assertEquals(
        yield* Effect.flip(begin(sessionId, "q2")),
        new ReplyRunningError({ sessionId, replyId: answerTo("q1") })
      )
      assert.deepStrictEqual(yield* conversation(sessionId), before)
    })
  )

  it.effect("begins one reply after the other", () =>
    Effect.gen(function* () {
      const sessionId = yield* newSession
      yield* answered(sessionId, "q1")
      yield* answered(sessionId, "q2")
      const { messages } = yield* conversation(sessionId)
      assert.deepStrictEqual(
        messages.map(({ id, sequence }) => [sequence, id.valueOf()]),
        [
          [1, "q1"],
          [2, "q1.answer"],
          [3, "q2"],
          [4, "q2.answer"]
        ]
      )
    })
  )

  it.effect("begins one reply, however many copies of a message come at once", () =>
    Effect.gen(function* () {
      const sessionId = yield* newSession
      const outcomes = yield* Effect.replicateEffect(begin(sessionId, "q"), 32, { concurrency: "unbounded" })
      const [won, ...others] = Array.sortWith(
        outcomes,
        ({ _tag }) => _tag,
        (a, b) => (a < b ? -1 : a > b ? 1 : 0)
      )
      assert.strictEqual(won?._tag, "Begun")
      for (const other of others) assert.deepStrictEqual(other, { ...won, _tag: "Found" })
      assert.strictEqual((yield* conversation(sessionId)).session.messageCount, 1)
    })
  )

  it.effect("begins one reply, however many messages come at once, and stores no other message", () =>
    Effect.gen(function* () {
      const sessionId = yield* newSession
      const outcomes = yield* Effect.forEach(
        Array.range(1, 32),
        (n) => Effect.either(begin(sessionId, `q${n}`)),
        {
          concurrency: "unbounded"
        }
      )
      const [refused, won] = Array.separate(outcomes)
      const [first] = won
      assert(won.length === 1 && first?._tag === "Begun")
      for (const error of refused) {
        assertEquals(error, new ReplyRunningError({ sessionId, replyId: first.reply.id }))
      }
      assert.deepStrictEqual((yield* conversation(sessionId)).messages, [first.question])
    })
  )

  it.effect("begins many replies in many sessions at once", () =>
    Effect.gen(function* () {
      const sessionIds = yield* Effect.replicateEffect(newSession, 16, { concurrency: 4 })
      const outcomes = yield* Effect.forEach(sessionIds, (_) => begin(_, "q"), { concurrency: "unbounded" })
      assert.deepStrictEqual(
        outcomes.map(({ _tag }) => _tag),
        Array.replicate("Begun" as const, 16)
      )
    })
  )

  it.effect("refuses a new message in a session that is not active", () =>
    Effect.gen(function* () {
      const sessions = yield* SessionRepository
      for (const status of SessionStatus.literals.filter((_) => _ !== "active")) {
        const sessionId = yield* newSession
        yield* sessions.setStatus(asAlice, sessionId, status, now)
        assertEquals(
          yield* Effect.flip(begin(sessionId, "q")),
          new InvalidSessionStateError({ sessionId, currentStatus: status })
        )
        assert.strictEqual((yield* conversation(sessionId)).session.messageCount, 0)
      }
    })
  )

  it.effect("knows no session of somebody else's", () =>
    Effect.gen(function* () {
      const replies = yield* ReplyRepository
      const own = yield* newSession
      yield* begun(own, "q1")
      const missing = SessionId.make("session_0_missing")
      for (const caller of [asBob, asAnonymous]) {
        for (const sessionId of [own, missing]) {
          const notFound = new SessionNotFoundError({ sessionId })
          const options = { replyId: answerTo("x"), now, lease }
          for (const id of ["q1", "q2"]) {
            assertEquals(yield* Effect.flip(replies.begin(caller, message(sessionId, id), options)), notFound)
          }
          assertEquals(yield* Effect.flip(replies.regenerate(caller, sessionId, options)), notFound)
          assertEquals(yield* Effect.flip(replies.stop(caller, sessionId, now)), notFound)
          assertEquals(yield* Effect.flip(replies.running(caller, sessionId)), notFound)
          const key = { sessionId, id: answerTo("q1") }
          assertEquals(yield* Effect.flip(replies.read(caller, key, { after: 0, limit: 1 })), notFound)
        }
      }
      assert.strictEqual((yield* conversation(own)).session.messageCount, 1)
      assert.isTrue(Option.isSome(yield* replies.running(asAlice, own)))
    })
  )
}
