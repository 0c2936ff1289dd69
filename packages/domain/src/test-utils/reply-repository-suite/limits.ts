import { assert } from "@effect/vitest"
import { Array, Effect, Option } from "effect"
import { SessionRepository } from "../../ports/session-repository.ts"
import { MessageContent } from "../../types/message.ts"
import { asAlice } from "../callers.ts"
import { message, now } from "../session-repository-suite/fixtures.ts"
import {
  answerTo,
  begun,
  conversation,
  data,
  end,
  newSession,
  type RepliesIt,
  regenerate,
  text,
  write
} from "./fixtures.ts"

/** A reply always ends, also when what was said does not fit into a message. */
export const describeLimits = (it: RepliesIt) => {
  it.effect.each([
    // Characters of one to four bytes, which end at the limit and around it.
    ["a", 65_536, 65_536],
    ["a", 65_537, 65_536],
    ["é", 32_769, 32_768],
    ["€", 21_846, 21_845],
    ["😀", 16_385, 16_384],
    ["a😀", 20_000, 13_107]
  ] as const)("keeps the beginning that fits of a long text: %s × %i", ([unit, times, fitting]) =>
    Effect.gen(function* () {
      const sessionId = yield* newSession
      const key = yield* begun(sessionId, "q")
      const said = unit.repeat(times)
      const half = unit.repeat(times / 2)
      yield* write(key, [[text(half)], [text(said.slice(half.length)), data({ a: 1 })]])
      const { status } = Option.getOrThrow(yield* end(key, { completes: true }))
      const { messages, session } = yield* conversation(sessionId)
      const isWhole = times === fitting
      assert.strictEqual(status, isWhole ? "complete" : "interrupted")
      assert.strictEqual(session.status, isWhole ? "completed" : "active")
      assert.deepStrictEqual(
        messages[1]?.metadata,
        isWhole ? { a: 1 } : { a: 1, reply: { status: "interrupted" } }
      )
      const kept = messages[1]?.content ?? ""
      assert.isTrue(said.startsWith(kept))
      assert.strictEqual(kept.length, fitting * unit.length + (unit === "a😀" ? 1 : 0))
    })
  )

  it.effect("keeps no data that together are too much for a message", () =>
    Effect.gen(function* () {
      const sessionId = yield* newSession
      const key = yield* begun(sessionId, "q")
      const half = "x".repeat(8_000)
      yield* write(key, [[data({ a: half })], [text("said"), data({ b: half })]])
      assert.strictEqual(Option.getOrThrow(yield* end(key)).status, "interrupted")
      const { messages } = yield* conversation(sessionId)
      assert.deepInclude(messages[1], {
        content: MessageContent.make("said"),
        metadata: { reply: { status: "interrupted" } }
      })
    })
  )

  it.effect("keeps the newest of data that replace each other, however often", () =>
    Effect.gen(function* () {
      const sessionId = yield* newSession
      const key = yield* begun(sessionId, "q")
      const versions = Array.range(1, 30).map((n) => data({ a: `${n}`.repeat(3_000), n }))
      yield* write(key, [
        [text("said"), ...versions.slice(0, 15)],
        [text("!"), ...versions.slice(15)]
      ])
      assert.strictEqual(Option.getOrThrow(yield* end(key)).status, "complete")
      const { messages } = yield* conversation(sessionId)
      assert.deepStrictEqual(messages[1]?.metadata, { a: "30".repeat(3_000), n: 30 })
    })
  )

  it.effect("has no message when another was stored under its id, and is not complete", () =>
    Effect.gen(function* () {
      const sessions = yield* SessionRepository
      const sessionId = yield* newSession
      const key = yield* begun(sessionId, "q")
      yield* write(key, [[text("said")]])
      const other = yield* sessions.append(
        asAlice,
        message(sessionId, answerTo("q"), { role: "assistant" }),
        { now }
      )
      assert.deepInclude(Option.getOrThrow(yield* end(key)), {
        status: "interrupted",
        messageSequence: Option.none()
      })
      const { messages, session } = yield* conversation(sessionId)
      assert.deepStrictEqual(messages.slice(1), [other])
      assert.strictEqual(session.messageCount, 2)
      // And the next one can begin.
      assert.deepStrictEqual((yield* regenerate(sessionId, "r")).reply.regenerates, Option.some(other.id))
    })
  )

  it.effect("ends also while others append under its id", () =>
    Effect.gen(function* () {
      const sessions = yield* SessionRepository
      const sessionId = yield* newSession
      const key = yield* begun(sessionId, "q")
      yield* write(key, [[text("said")]])
      const append = sessions.append(asAlice, message(sessionId, answerTo("q")), { now })
      const [ended] = yield* Effect.all([end(key), append, append], { concurrency: "unbounded" })
      assert.notStrictEqual(Option.getOrThrow(ended).status, "streaming")
      const { messages, session } = yield* conversation(sessionId)
      assert.deepStrictEqual([messages.length, session.messageCount], [2, 2])
    })
  )
}
