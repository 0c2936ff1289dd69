import { assert } from "@effect/vitest"
import { assertEquals } from "@effect/vitest/utils"
import { Array, Deferred, Effect, Fiber, Option, Ref } from "effect"
import { ReplyRepository } from "../../ports/reply-repository.ts"
import { SessionRepository } from "../../ports/session-repository.ts"
import { MessageContent } from "../../types/message.ts"
import { asAlice } from "../callers.ts"
import { now } from "../session-repository-suite/fixtures.ts"
import {
  begin,
  begun,
  conversation,
  data,
  lease,
  newSession,
  type RepliesIt,
  text,
  whole,
  write
} from "./fixtures.ts"

/** The first chunks of a reply that counts. */
const said = (chunks: number) => Array.makeBy(chunks, (n) => `${n + 1},`).join("")

/** A stop keeps what was said until then, exactly. */
export const describeStops = (it: RepliesIt) => {
  it.effect("keeps what was said, and notes that it was stopped", () =>
    Effect.gen(function* () {
      const replies = yield* ReplyRepository
      const sessions = yield* SessionRepository
      const sessionId = yield* newSession
      const key = yield* begun(sessionId, "q")
      yield* write(key, [[text("half "), data({ a: 1 })], [text("of it")]])
      yield* sessions.setStatus(asAlice, sessionId, "paused", now)
      const stopped = yield* replies.stop(asAlice, sessionId, now)
      assertEquals(stopped, Option.some((yield* whole(key)).reply))
      assert.deepInclude(Option.getOrThrow(stopped), {
        id: key.id,
        status: "cancelled",
        messageSequence: Option.some(2)
      })
      const { messages, session } = yield* conversation(sessionId)
      assert.deepInclude(messages[1], {
        content: MessageContent.make("half of it"),
        metadata: { a: 1, reply: { status: "cancelled" } }
      })
      assert.strictEqual(session.status, "paused")
      assert.isFalse(yield* replies.write(key, { index: 3, parts: [text("more")] }, { lease }))
    })
  )

  it.effect("stops a reply that has not said anything, without a message", () =>
    Effect.gen(function* () {
      const replies = yield* ReplyRepository
      const sessionId = yield* newSession
      yield* begun(sessionId, "q")
      const stopped = Option.getOrThrow(yield* replies.stop(asAlice, sessionId, now))
      assert.deepInclude(stopped, { status: "cancelled", messageSequence: Option.none() })
      assert.strictEqual((yield* conversation(sessionId)).session.messageCount, 1)
    })
  )

  it.effect("stops nothing when nothing is on its way", () =>
    Effect.gen(function* () {
      const replies = yield* ReplyRepository
      const sessionId = yield* newSession
      assertEquals(yield* replies.stop(asAlice, sessionId, now), Option.none())
      yield* begun(sessionId, "q")
      yield* replies.stop(asAlice, sessionId, now)
      const before = yield* conversation(sessionId)
      assertEquals(yield* replies.stop(asAlice, sessionId, now), Option.none())
      assert.deepStrictEqual(yield* conversation(sessionId), before)
    })
  )

  it.effect("keeps all that was acknowledged and nothing else, whenever it comes", () =>
    Effect.gen(function* () {
      const replies = yield* ReplyRepository
      const sessionId = yield* newSession
      for (const round of Array.range(1, 25)) {
        const key = yield* begun(sessionId, `q${round}`)
        const acknowledged = yield* Ref.make(0)
        const isUnderWay = yield* Deferred.make<void>()
        // Two writers that do not know of each other: the first to bring a chunk has it stored.
        const writer = Effect.iterate(1, {
          while: (index) => index > 0,
          body: Effect.fnUntraced(function* (index) {
            if (!(yield* replies.write(key, { index, parts: [text(`${index},`)] }, { lease }))) return 0
            yield* Ref.update(acknowledged, (before) => Math.max(before, index))
            if (index === round) yield* Deferred.succeed(isUnderWay, undefined)
            // A store on the same thread lets others have their turn.
            yield* Effect.yieldNow()
            return index + 1
          })
        })
        const writers = yield* Effect.fork(Effect.all([writer, writer], { concurrency: "unbounded" }))
        // Without them it would never be.
        yield* Effect.raceFirst(Deferred.await(isUnderWay), Fiber.join(writers))
        const stopped = Option.getOrThrow(yield* replies.stop(asAlice, sessionId, now))
        yield* Fiber.join(writers)
        const { chunks, reply } = yield* whole(key)
        assert.deepStrictEqual(reply, stopped)
        assert.strictEqual(chunks.length, reply.chunkCount)
        const { messages } = yield* conversation(sessionId)
        assert.strictEqual(messages.at(-1)?.content.valueOf(), said(reply.chunkCount))
        assert.isAtLeast(reply.chunkCount, yield* Ref.get(acknowledged))
      }
    })
  )

  it.effect("stops and begins at once without an end", () =>
    Effect.gen(function* () {
      const replies = yield* ReplyRepository
      const sessionId = yield* newSession
      const begins = Array.range(1, 10).map((n) => Effect.asVoid(Effect.option(begin(sessionId, `q${n}`))))
      const stops = Array.replicate(Effect.asVoid(replies.stop(asAlice, sessionId, now)), 10)
      yield* Effect.all([...begins, ...stops], { concurrency: "unbounded" })
      yield* replies.stop(asAlice, sessionId, now)
      assertEquals(yield* replies.running(asAlice, sessionId), Option.none())
      const { messages, session } = yield* conversation(sessionId)
      assert.strictEqual(session.messageCount, messages.length)
    })
  )
}
