import { assert } from "@effect/vitest"
import { assertEquals } from "@effect/vitest/utils"
import { Array, DateTime, Effect, Fiber } from "effect"
import { SessionNotFoundError } from "../../errors/session.ts"
import { ReplyRepository } from "../../ports/reply-repository.ts"
import { SessionRepository } from "../../ports/session-repository.ts"
import { MessageId } from "../../types/ids.ts"
import { asAlice } from "../callers.ts"
import { now } from "../session-repository-suite/fixtures.ts"
import {
  answered,
  begin,
  begun,
  conversation,
  end,
  newSession,
  type RepliesIt,
  text,
  whole,
  write
} from "./fixtures.ts"

const everything = { after: 0, limit: 1_000 }
const numbered = (count: number) => Array.makeBy(count, (n) => [text(`${n + 1},`)] as const)

/** Chunks are read from where the reader is, as often as it wants, until they are swept. */
export const describeReads = (it: RepliesIt) => {
  it.effect("gives some chunks after an index, in order", () =>
    Effect.gen(function* () {
      const replies = yield* ReplyRepository
      const key = yield* begun(yield* newSession, "q")
      yield* write(key, numbered(12))
      const indexes = (after: number, limit: number) =>
        Effect.map(replies.read(asAlice, key, { after, limit }), ({ chunks }) =>
          chunks.map(({ index }) => index)
        )
      assert.deepStrictEqual(yield* indexes(0, 5), [1, 2, 3, 4, 5])
      assert.deepStrictEqual(yield* indexes(5, 5), [6, 7, 8, 9, 10])
      assert.deepStrictEqual(yield* indexes(10, 5), [11, 12])
      assert.deepStrictEqual(yield* indexes(12, 5), [])
      assert.deepStrictEqual(yield* indexes(9, 1), [10])
      assert.strictEqual((yield* replies.read(asAlice, key, { after: 99, limit: 5 })).reply.chunkCount, 12)
    })
  )

  it.effect(
    "gives each chunk once to whoever reads on after the last one, also those that come meanwhile",
    () =>
      Effect.gen(function* () {
        const replies = yield* ReplyRepository
        const key = yield* begun(yield* newSession, "q")
        const writer = yield* Effect.fork(Effect.zipRight(write(key, numbered(60)), end(key)))
        const reader = Effect.gen(function* () {
          let read = ""
          let after = 0
          for (;;) {
            const { chunks, reply } = yield* replies.read(asAlice, key, { after, limit: 7 })
            for (const { index, parts } of chunks) {
              assert.strictEqual(index, after + 1)
              after = index
              read += parts.map((part) => (part._tag === "Text" ? part.text : "")).join("")
            }
            // As of one moment: what has ended has no more chunks than it counts.
            assert.isAtMost(after, reply.chunkCount)
            if (reply.status !== "streaming" && after === reply.chunkCount) return read
            yield* Effect.yieldNow()
          }
        })
        const texts = yield* Effect.replicateEffect(reader, 4, { concurrency: "unbounded" })
        yield* Fiber.join(writer)
        const { messages } = yield* conversation(key.sessionId)
        for (const read of texts) assert.strictEqual(read, messages[1]?.content)
      })
  )

  it.effect("knows no reply that is not in the session", () =>
    Effect.gen(function* () {
      const replies = yield* ReplyRepository
      const [one, two] = [yield* newSession, yield* newSession]
      const { id } = yield* begun(one, "q")
      for (const key of [
        { sessionId: two, id },
        { sessionId: one, id: MessageId.make("missing") }
      ]) {
        assertEquals(
          yield* Effect.flip(replies.read(asAlice, key, everything)),
          new SessionNotFoundError({ sessionId: key.sessionId })
        )
      }
    })
  )

  it.effect("forgets replies with their session", () =>
    Effect.gen(function* () {
      const replies = yield* ReplyRepository
      const sessions = yield* SessionRepository
      const sessionId = yield* newSession
      const key = yield* begun(sessionId, "q")
      yield* write(key, numbered(3))
      yield* sessions.remove(asAlice, sessionId)
      const notFound = new SessionNotFoundError({ sessionId })
      assertEquals(yield* Effect.flip(replies.read(asAlice, key, everything)), notFound)
      assertEquals(yield* Effect.flip(replies.running(asAlice, sessionId)), notFound)
      assertEquals(yield* Effect.flip(replies.stop(asAlice, sessionId, now)), notFound)
      assertEquals(yield* Effect.flip(begin(sessionId, "q")), notFound)
    })
  )

  it.effect("sweeps the chunks of replies that ended before, and nothing else", () =>
    Effect.gen(function* () {
      const replies = yield* ReplyRepository
      const sweep = (seconds: number) =>
        Effect.iterate(-1, {
          while: (swept) => swept !== 0,
          body: () => replies.sweep(DateTime.add(now, { seconds }))
        })
      const [one, two] = [yield* newSession, yield* newSession]
      const ended = yield* answered(one, "q1")
      const streaming = yield* begun(two, "q")
      yield* write(streaming, numbered(3))
      const before = yield* whole(ended)
      yield* sweep(0)
      assert.deepStrictEqual(yield* whole(ended), before)
      const untouched = [yield* conversation(one), yield* whole(streaming)]
      yield* sweep(1)
      const swept = yield* whole(ended)
      assert.deepStrictEqual({ ...swept.reply }, { ...before.reply, chunkCount: 0 })
      assert.deepStrictEqual(swept.chunks, [])
      assert.deepStrictEqual([yield* conversation(one), yield* whole(streaming)], untouched)
      assert.deepInclude(yield* begin(one, "q1"), { _tag: "Found", reply: swept.reply })
      assert.strictEqual(yield* replies.sweep(DateTime.add(now, { seconds: 1 })), 0)
    })
  )
}
