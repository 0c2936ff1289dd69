import { assert } from "@effect/vitest"
import { Array, Effect, Exit } from "effect"
import { ReplyRepository } from "../../ports/reply-repository.ts"
import { SessionRepository } from "../../ports/session-repository.ts"
import { MessageId } from "../../types/ids.ts"
import { asAlice } from "../callers.ts"
import {
  answerTo,
  begun,
  conversation,
  data,
  end,
  lease,
  newSession,
  type RepliesIt,
  text,
  whole,
  write
} from "./fixtures.ts"

/** Chunks are kept as they come, each once, while the reply is streaming. */
export const describeWrites = (it: RepliesIt) => {
  it.effect("keeps chunks as they are, in order", () =>
    Effect.gen(function* () {
      const key = yield* begun(yield* newSession, "q")
      const chunks = [
        [text("👩‍👩‍👧‍👦 ‮right‬ \u{feff}"), text(" \t\n"), text("'; drop table replies; --")],
        [data({ a: { b: [1, null, "x"] }, n: 0.1 }), text("e\u0301")],
        [data({})]
      ] as const
      assert.deepStrictEqual(yield* write(key, chunks), [true, true, true])
      const page = yield* whole(key)
      assert.deepStrictEqual(
        page.chunks,
        chunks.map((parts, place) => ({ index: place + 1, parts: [...parts] }))
      )
      assert.strictEqual(page.reply.chunkCount, 3)
    })
  )

  it.effect("does not store a chunk again", () =>
    Effect.gen(function* () {
      const replies = yield* ReplyRepository
      const key = yield* begun(yield* newSession, "q")
      yield* write(key, [[text("a")], [text("b")]])
      for (const index of [1, 2]) {
        assert.isTrue(yield* replies.write(key, { index, parts: [text("other")] }, { lease }))
      }
      const { chunks, reply } = yield* whole(key)
      assert.deepStrictEqual(
        chunks.map(({ parts }) => parts),
        [[text("a")], [text("b")]]
      )
      assert.strictEqual(reply.chunkCount, 2)
    })
  )

  it.effect("stores one chunk of those that come at once under one index", () =>
    Effect.gen(function* () {
      const replies = yield* ReplyRepository
      const key = yield* begun(yield* newSession, "q")
      const taken = yield* Effect.forEach(
        Array.range(1, 10),
        (n) => replies.write(key, { index: 1, parts: [text(`${n}`)] }, { lease }),
        { concurrency: "unbounded" }
      )
      assert.deepStrictEqual(taken, Array.replicate(true, 10))
      assert.lengthOf((yield* whole(key)).chunks, 1)
    })
  )

  it.effect("takes a chunk after a gap for a defect, and stores nothing of it", () =>
    Effect.gen(function* () {
      const replies = yield* ReplyRepository
      const key = yield* begun(yield* newSession, "q")
      const exit = yield* Effect.exit(replies.write(key, { index: 2, parts: [text("b")] }, { lease }))
      assert.isTrue(Exit.isFailure(exit))
      const page = yield* whole(key)
      assert.deepStrictEqual([page.reply.chunkCount, page.chunks], [0, []])
    })
  )

  it.effect("takes nothing for a reply that has ended, or that never was", () =>
    Effect.gen(function* () {
      const replies = yield* ReplyRepository
      const sessionId = yield* newSession
      const key = yield* begun(sessionId, "q")
      yield* write(key, [[text("a")]])
      yield* end(key)
      const next = { index: 2, parts: [text("b")] } as const
      for (const gone of [key, { sessionId, id: MessageId.make("missing") }]) {
        assert.isFalse(yield* replies.write(gone, next, { lease }))
        assert.isFalse(yield* replies.extend(gone, { lease }))
      }
      assert.strictEqual((yield* whole(key)).reply.chunkCount, 1)
      assert.strictEqual((yield* conversation(sessionId)).messages[1]?.content.valueOf(), "a")
    })
  )

  it.effect("takes nothing for a reply whose session is gone", () =>
    Effect.gen(function* () {
      const replies = yield* ReplyRepository
      const sessions = yield* SessionRepository
      const key = yield* begun(yield* newSession, "q")
      yield* write(key, [[text("a")]])
      yield* sessions.remove(asAlice, key.sessionId)
      assert.isFalse(yield* replies.write(key, { index: 2, parts: [text("b")] }, { lease }))
      assert.isFalse(yield* replies.extend(key, { lease }))
      assert.strictEqual((yield* end(key))._tag, "None")
    })
  )

  it.effect("keeps the replies of two sessions apart", () =>
    Effect.gen(function* () {
      const [one, two] = [yield* newSession, yield* newSession]
      const keys = [yield* begun(one, "q"), yield* begun(two, "q")]
      yield* Effect.forEach(keys, (key, place) => write(key, [[text(`${place}`)]]))
      yield* end({ sessionId: one, id: answerTo("q") })
      assert.strictEqual((yield* conversation(one)).messages[1]?.content.valueOf(), "0")
      assert.strictEqual((yield* conversation(two)).session.messageCount, 1)
    })
  )
}
