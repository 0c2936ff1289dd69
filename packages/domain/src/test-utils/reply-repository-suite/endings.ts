import { assert } from "@effect/vitest"
import { assertEquals } from "@effect/vitest/utils"
import { DateTime, Effect, Option } from "effect"
import { ReplyRepository } from "../../ports/reply-repository.ts"
import { SessionRepository } from "../../ports/session-repository.ts"
import { MessageId } from "../../types/ids.ts"
import { MessageContent } from "../../types/message.ts"
import { Reply } from "../../types/reply.ts"
import { asAlice } from "../callers.ts"
import { now } from "../session-repository-suite/fixtures.ts"
import {
  begun,
  conversation,
  data,
  end,
  interrupt,
  newSession,
  type RepliesIt,
  text,
  whole,
  write
} from "./fixtures.ts"

/** The end of a reply and its message are one step, which happens once. */
export const describeEndings = (it: RepliesIt) => {
  it.effect("makes all text and data of a reply the assistant's message", () =>
    Effect.gen(function* () {
      const replies = yield* ReplyRepository
      const sessionId = yield* newSession
      const key = yield* begun(sessionId, "q")
      const before = yield* conversation(sessionId)
      const streaming = (yield* whole(key)).reply
      yield* write(key, [
        [text("I "), data({ a: 1, b: { deep: [1, 2] } })],
        [text("like "), text("👩‍👩‍👧‍👦"), data({ a: 2, reply: "a reserved name" })],
        [data({ c: null, a: "last" }), text(" \n")]
      ])
      const later = DateTime.add(now, { seconds: 9 })
      const ended = yield* replies.end(key, { status: "complete", now: later })
      const { messages, session } = yield* conversation(sessionId)
      assert.deepInclude(messages[1], {
        id: key.id,
        sequence: 2,
        role: "assistant",
        content: MessageContent.make("I like 👩‍👩‍👧‍👦 \n"),
        metadata: { a: "last", b: { deep: [1, 2] }, c: null },
        createdAt: later
      })
      assert.deepStrictEqual(
        { ...session },
        {
          ...before.session,
          messageCount: 2,
          scoredThrough: 2,
          version: before.session.version + 1,
          updatedAt: later
        }
      )
      const after = { status: "complete", chunkCount: 3, messageSequence: Option.some(2) } as const
      assert.deepStrictEqual(ended, Option.some(new Reply({ ...streaming, ...after })))
      assert.deepStrictEqual(ended, Option.some((yield* whole(key)).reply))
      assertEquals(yield* replies.running(asAlice, sessionId), Option.none())
    })
  )

  it.effect("ends a reply once: who comes later is given what it is", () =>
    Effect.gen(function* () {
      const sessionId = yield* newSession
      const key = yield* begun(sessionId, "q")
      yield* write(key, [[text("a")]])
      const ended = yield* end(key)
      const after = yield* conversation(sessionId)
      for (const again of [end(key, { completes: true }), interrupt(key)]) {
        assert.deepStrictEqual(yield* again, ended)
      }
      assert.deepStrictEqual(yield* conversation(sessionId), after)
      assertEquals(yield* end({ sessionId, id: MessageId.make("missing") }), Option.none())
    })
  )

  it.effect("ends a reply once, however many end it at once", () =>
    Effect.gen(function* () {
      const replies = yield* ReplyRepository
      const sessionId = yield* newSession
      const key = yield* begun(sessionId, "q")
      yield* write(key, [[text("a")]])
      const ends = [end(key), interrupt(key), Effect.orDie(replies.stop(asAlice, sessionId, now))]
      const given = yield* Effect.all([...ends, ...ends, ...ends], { concurrency: "unbounded" })
      const { messages } = yield* conversation(sessionId)
      const { reply } = yield* whole(key)
      assert.lengthOf(messages, 2)
      for (const other of given) {
        // A stop that came too late found none on its way.
        if (Option.isSome(other)) assert.deepStrictEqual(other.value, reply)
      }
    })
  )

  it.effect(
    "ends a reply without text as interrupted and without a message, and the session stays as it is",
    () =>
      Effect.gen(function* () {
        const sessionId = yield* newSession
        for (const question of ["q1", "q2"]) {
          const key = yield* begun(sessionId, question)
          if (question === "q2") yield* write(key, [[data({ a: 1 })]])
          const before = yield* conversation(sessionId)
          const ended = yield* end(key, { completes: true })
          assert.deepInclude(Option.getOrThrow(ended), {
            status: "interrupted",
            messageSequence: Option.none()
          })
          assert.deepStrictEqual(yield* conversation(sessionId), before)
        }
      })
  )

  it.effect("notes on a message that its reply broke off", () =>
    Effect.gen(function* () {
      const sessionId = yield* newSession
      const key = yield* begun(sessionId, "q")
      yield* write(key, [[text("a"), data({ b: 1, reply: 2 })]])
      assert.strictEqual(Option.getOrThrow(yield* interrupt(key)).status, "interrupted")
      const { messages } = yield* conversation(sessionId)
      assert.deepStrictEqual(messages[1]?.metadata, { b: 1, reply: { status: "interrupted" } })
    })
  )

  it.effect("completes the session with a complete reply that does", () =>
    Effect.gen(function* () {
      const sessions = yield* SessionRepository
      const outcomes = [
        ["active", true, "completed"],
        ["active", false, "active"],
        ["paused", true, "completed"],
        ["paused", false, "paused"],
        ["completed", true, "completed"],
        ["aborted", true, "aborted"]
      ] as const
      for (const [status, completes, expected] of outcomes) {
        const sessionId = yield* newSession
        const key = yield* begun(sessionId, "q")
        yield* write(key, [[text("a")]])
        yield* sessions.setStatus(asAlice, sessionId, status, now)
        yield* end(key, { completes })
        const { messages, session } = yield* conversation(sessionId)
        assert.deepStrictEqual([session.status, session.messageCount, messages.length], [expected, 2, 2])
      }
    })
  )

  it.effect("never moves a session's time back when the clock does", () =>
    Effect.gen(function* () {
      const replies = yield* ReplyRepository
      const sessionId = yield* newSession
      const key = yield* begun(sessionId, "q")
      yield* write(key, [[text("a")]])
      yield* replies.end(key, { status: "complete", now: DateTime.subtract(now, { hours: 1 }) })
      const { messages, session } = yield* conversation(sessionId)
      assert.deepStrictEqual([messages[1]?.createdAt, session.updatedAt], [now, now])
    })
  )
}
