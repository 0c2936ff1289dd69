import { assert } from "@effect/vitest"
import { assertEquals } from "@effect/vitest/utils"
import { Array, Effect, Option } from "effect"
import { NothingToRegenerateError, ReplyRunningError } from "../../errors/reply.ts"
import { InvalidSessionStateError } from "../../errors/session.ts"
import { SessionRepository } from "../../ports/session-repository.ts"
import { MessageId } from "../../types/ids.ts"
import { MessageContent } from "../../types/message.ts"
import { asAlice } from "../callers.ts"
import { message, now } from "../session-repository-suite/fixtures.ts"
import {
  answered,
  begun,
  conversation,
  end,
  interrupt,
  newSession,
  type RepliesIt,
  regenerate,
  text,
  whole,
  write
} from "./fixtures.ts"

/** Another answer to the same message. */
export const describeRegenerating = (it: RepliesIt) => {
  it.effect("begins another reply in the place of the newest answer", () =>
    Effect.gen(function* () {
      const sessionId = yield* newSession
      const first = yield* answered(sessionId, "q", "no")
      const before = yield* conversation(sessionId)
      const { question, reply } = yield* regenerate(sessionId, "r2")
      assert.deepStrictEqual(question, before.messages[0])
      assert.deepStrictEqual(reply, (yield* whole({ sessionId, id: MessageId.make("r2") })).reply)
      assert.deepInclude(reply, {
        questionId: question.id,
        questionSequence: 1,
        regenerates: Option.some(first.id),
        status: "streaming",
        chunkCount: 0
      })
      assert.deepStrictEqual(yield* conversation(sessionId), before)
      yield* write(reply, [[text("yes")]])
      yield* end(reply)
      const after = yield* conversation(sessionId)
      assert.deepStrictEqual(after.messages.slice(0, 2), before.messages)
      assert.deepInclude(after.messages[2], {
        id: reply.id,
        content: MessageContent.make("yes"),
        metadata: { reply: { regenerates: first.id } }
      })
      assert.deepStrictEqual((yield* regenerate(sessionId, "r3")).reply.regenerates, Option.some(reply.id))
    })
  )

  it.effect("notes on a message whose place it takes, and that it broke off", () =>
    Effect.gen(function* () {
      const sessionId = yield* newSession
      const first = yield* answered(sessionId, "q")
      const { reply } = yield* regenerate(sessionId, "r2")
      yield* write(reply, [[text("ye")]])
      yield* interrupt(reply)
      const { messages } = yield* conversation(sessionId)
      assert.deepStrictEqual(messages[2]?.metadata, {
        reply: { status: "interrupted", regenerates: first.id }
      })
    })
  )

  it.effect("takes the place of nothing when the last reply left no text", () =>
    Effect.gen(function* () {
      const sessionId = yield* newSession
      yield* interrupt(yield* begun(sessionId, "q"))
      const { reply } = yield* regenerate(sessionId, "r2")
      assertEquals(reply.regenerates, Option.none())
      yield* write(reply, [[text("yes")]])
      yield* end(reply)
      const { messages } = yield* conversation(sessionId)
      assert.deepStrictEqual([messages.length, messages[1]?.metadata], [2, {}])
    })
  )

  it.effect("takes the place of an answer that was no reply", () =>
    Effect.gen(function* () {
      const sessions = yield* SessionRepository
      const sessionId = yield* newSession
      yield* sessions.append(asAlice, message(sessionId, "q"), { now })
      const answer = yield* sessions.append(asAlice, message(sessionId, "a", { role: "assistant" }), { now })
      assertEquals((yield* regenerate(sessionId, "r")).reply.regenerates, Option.some(answer.id))
    })
  )

  it.effect("leaves the answer to another message alone, which came after the newest", () =>
    Effect.gen(function* () {
      const sessions = yield* SessionRepository
      const sessionId = yield* newSession
      const first = yield* begun(sessionId, "q")
      yield* sessions.append(asAlice, message(sessionId, "between"), { now })
      yield* write(first, [[text("yes")]])
      yield* end(first)
      assertEquals(
        yield* Effect.flip(regenerate(sessionId, "r", { messageId: first.id })),
        new NothingToRegenerateError({ sessionId })
      )
      const { reply } = yield* regenerate(sessionId, "r")
      assert.strictEqual<string>(reply.questionId, "between")
      assertEquals(reply.regenerates, Option.none())
      yield* write(reply, [[text("to that")]])
      yield* end(reply)
      const again = yield* regenerate(sessionId, "r2")
      assertEquals(again.reply.regenerates, Option.some(reply.id))
    })
  )

  it.effect("knows the message by its own id or by its newest answer's, and no other", () =>
    Effect.gen(function* () {
      const sessionId = yield* newSession
      const old = yield* answered(sessionId, "old")
      const superseded = yield* answered(sessionId, "q")
      const { reply } = yield* regenerate(sessionId, "newest", { messageId: superseded.id })
      yield* write(reply, [[text("yes")]])
      yield* end(reply)
      const nothing = new NothingToRegenerateError({ sessionId })
      for (const messageId of ["old", old.id, superseded.id, "missing"]) {
        assertEquals(
          yield* Effect.flip(regenerate(sessionId, "r", { messageId: MessageId.make(messageId) })),
          nothing
        )
      }
      for (const messageId of ["q", reply.id]) {
        const again = yield* regenerate(sessionId, `of-${messageId}`, {
          messageId: MessageId.make(messageId)
        })
        assertEquals(again.reply.regenerates, Option.some(reply.id))
        yield* interrupt(again.reply)
      }
    })
  )

  it.effect("comes after the reply that is named, or not at all", () =>
    Effect.gen(function* () {
      const sessionId = yield* newSession
      const first = yield* begun(sessionId, "q")
      yield* interrupt(first)
      const { reply: second } = yield* regenerate(sessionId, "r2", { after: first.id })
      yield* interrupt(second)
      const nothing = new NothingToRegenerateError({ sessionId })
      for (const after of [first.id, MessageId.make("missing")]) {
        assertEquals(yield* Effect.flip(regenerate(sessionId, "r3", { after })), nothing)
      }
      const { reply: third } = yield* regenerate(sessionId, "r3", { after: second.id })
      assert.strictEqual<string>(third.questionId, "q")
    })
  )

  it.effect("has nothing to answer again without a message of the user", () =>
    Effect.gen(function* () {
      const sessions = yield* SessionRepository
      const sessionId = yield* newSession
      const nothing = new NothingToRegenerateError({ sessionId })
      assertEquals(yield* Effect.flip(regenerate(sessionId, "r")), nothing)
      yield* sessions.append(asAlice, message(sessionId, "a", { role: "assistant" }), { now })
      assertEquals(yield* Effect.flip(regenerate(sessionId, "r")), nothing)
      assertEquals(
        yield* Effect.flip(regenerate(sessionId, "r", { messageId: MessageId.make("a") })),
        nothing
      )
    })
  )

  it.effect("begins nothing while a reply is on its way, or when the session is not active", () =>
    Effect.gen(function* () {
      const sessions = yield* SessionRepository
      const sessionId = yield* newSession
      const key = yield* begun(sessionId, "q")
      assertEquals(
        yield* Effect.flip(regenerate(sessionId, "r")),
        new ReplyRunningError({ sessionId, replyId: key.id })
      )
      yield* sessions.setStatus(asAlice, sessionId, "paused", now)
      assertEquals(
        yield* Effect.flip(regenerate(sessionId, "r")),
        new InvalidSessionStateError({ sessionId, currentStatus: "paused" })
      )
    })
  )

  it.effect("begins one reply, however many ask at once", () =>
    Effect.gen(function* () {
      const sessionId = yield* newSession
      yield* answered(sessionId, "q")
      const outcomes = yield* Effect.forEach(
        Array.range(1, 16),
        (n) => Effect.either(regenerate(sessionId, `r${n}`)),
        { concurrency: "unbounded" }
      )
      const [refused, won] = Array.separate(outcomes)
      const [first] = won
      assert(first !== undefined && won.length === 1)
      for (const error of refused) {
        assertEquals(error, new ReplyRunningError({ sessionId, replyId: first.reply.id }))
      }
    })
  )
}
