import { assert } from "@effect/vitest"
import { assertEquals } from "@effect/vitest/utils"
import { Effect, Option } from "effect"
import { ReplyRunningError } from "../../errors/reply.ts"
import { InvalidSessionStateError } from "../../errors/session.ts"
import type { Begun } from "../../ports/reply-repository.ts"
import { SessionRepository } from "../../ports/session-repository.ts"
import { MessageContent } from "../../types/message.ts"
import { asAlice } from "../callers.ts"
import { message, now } from "../session-repository-suite/fixtures.ts"
import {
  answered,
  answerTo,
  begin,
  begun,
  conversation,
  end,
  interrupt,
  newSession,
  type RepliesIt,
  regenerate,
  text,
  write
} from "./fixtures.ts"

const append = Effect.fnUntraced(function* (...[sessionId, id, overrides]: Parameters<typeof message>) {
  const sessions = yield* SessionRepository
  return yield* sessions.append(asAlice, message(sessionId, id, overrides), { now })
})

const found = (outcome: Begun) => {
  assert(outcome._tag === "Found")
  return outcome.reply
}

/** A message that is brought again. */
export const describeRetries = (it: RepliesIt) => {
  it.effect("finds the reply of a message that comes again, in whatever state it is", () =>
    Effect.gen(function* () {
      const sessionId = yield* newSession
      const key = yield* begun(sessionId, "q")
      assert.deepInclude(found(yield* begin(sessionId, "q")), { ...key, status: "streaming", chunkCount: 0 })
      yield* write(key, [[text("a")]])
      assert.deepInclude(found(yield* begin(sessionId, "q")), { status: "streaming", chunkCount: 1 })
      const ended = yield* end(key)
      assert.deepStrictEqual(Option.some(found(yield* begin(sessionId, "q"))), ended)
      const other = { content: MessageContent.make("other") }
      assert.deepStrictEqual(Option.some(found(yield* begin(sessionId, "q", { message: other }))), ended)
      assert.strictEqual((yield* conversation(sessionId)).session.messageCount, 2)
    })
  )

  it.effect("finds the newest of several replies, also of one that left no text", () =>
    Effect.gen(function* () {
      const sessionId = yield* newSession
      yield* interrupt(yield* begun(sessionId, "q"))
      const interrupted = found(yield* begin(sessionId, "q"))
      assert.deepInclude(interrupted, {
        id: answerTo("q"),
        status: "interrupted",
        messageSequence: Option.none()
      })
      for (const id of ["r2", "r3"]) {
        const { reply } = yield* regenerate(sessionId, id)
        assert.strictEqual(found(yield* begin(sessionId, "q")).id, reply.id)
        yield* interrupt(reply)
        assert.strictEqual(found(yield* begin(sessionId, "q")).id, reply.id)
      }
    })
  )

  it.effect("begins the reply to a message that was only appended", () =>
    Effect.gen(function* () {
      const sessionId = yield* newSession
      const question = yield* append(sessionId, "q")
      const outcome = yield* begin(sessionId, "q")
      assert(outcome._tag === "Begun")
      assert.deepStrictEqual(outcome.question, question)
      assert.deepInclude(outcome.reply, { questionId: question.id, questionSequence: 1, status: "streaming" })
      assert.strictEqual((yield* conversation(sessionId)).session.messageCount, 1)
      yield* write({ sessionId, id: answerTo("q") }, [[text("a")]])
      yield* end({ sessionId, id: answerTo("q") })
      assert.strictEqual((yield* conversation(sessionId)).session.messageCount, 2)
    })
  )

  it.effect("begins one reply to a stored message, however many ask at once", () =>
    Effect.gen(function* () {
      const sessionId = yield* newSession
      yield* append(sessionId, "q")
      const outcomes = yield* Effect.replicateEffect(begin(sessionId, "q"), 16, { concurrency: "unbounded" })
      assert.lengthOf(
        outcomes.filter(({ _tag }) => _tag === "Begun"),
        1
      )
      for (const { _tag } of outcomes) assert.include(["Begun", "Found"], _tag)
    })
  )

  it.effect("gives the answer that a message has and that was no reply", () =>
    Effect.gen(function* () {
      const sessionId = yield* newSession
      yield* append(sessionId, "q1")
      yield* append(sessionId, "q2")
      yield* append(sessionId, "s", { role: "system" })
      const first = yield* append(sessionId, "a", { role: "assistant" })
      const named = yield* append(sessionId, answerTo("q2"), { role: "assistant" })
      const answers = [
        ["q1", first],
        ["q2", named]
      ] as const
      for (const [id, answer] of answers) {
        const outcome = yield* begin(sessionId, id)
        assert(outcome._tag === "Answered")
        assert.deepStrictEqual([outcome.question.id.valueOf(), outcome.answer], [id, answer])
      }
    })
  )

  it.effect("takes no reply to another message for the answer", () =>
    Effect.gen(function* () {
      const sessionId = yield* newSession
      const key = yield* begun(sessionId, "q1")
      yield* append(sessionId, "q2")
      assertEquals(
        yield* Effect.flip(begin(sessionId, "q2")),
        new ReplyRunningError({ sessionId, replyId: key.id })
      )
      yield* write(key, [[text("a")]])
      yield* end(key)
      assert.strictEqual((yield* begin(sessionId, "q2"))._tag, "Begun")
    })
  )

  it.effect("answers only the newest message of the user, and only as it was", () =>
    Effect.gen(function* () {
      const sessionId = yield* newSession
      yield* append(sessionId, "old")
      const newest = yield* append(sessionId, "newest", { metadata: { a: { b: 1 } } })
      yield* append(sessionId, "s", { role: "system" })
      assert.strictEqual((yield* begin(sessionId, "old"))._tag, "Stored")
      assert.strictEqual((yield* begin(sessionId, "s"))._tag, "Stored")
      const others = [{}, { metadata: { a: { b: 2 } } }, { ...newest, content: MessageContent.make("other") }]
      for (const other of others) {
        const outcome = yield* begin(sessionId, "newest", { message: other })
        assert(outcome._tag === "Stored")
        assert.deepStrictEqual(outcome.question, newest)
      }
      const again = yield* begin(sessionId, "newest", { message: { metadata: { a: { b: 1 } } } })
      assert.strictEqual(again._tag, "Begun")
    })
  )

  it.effect("answers a stored message only in an active session, and still finds replies in others", () =>
    Effect.gen(function* () {
      const sessions = yield* SessionRepository
      const sessionId = yield* newSession
      yield* answered(sessionId, "q1")
      yield* append(sessionId, "q2")
      yield* sessions.setStatus(asAlice, sessionId, "paused", now)
      assert.strictEqual(found(yield* begin(sessionId, "q1")).status, "complete")
      assertEquals(
        yield* Effect.flip(begin(sessionId, "q2")),
        new InvalidSessionStateError({ sessionId, currentStatus: "paused" })
      )
    })
  )
}
