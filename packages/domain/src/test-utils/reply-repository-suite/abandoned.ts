import { assert } from "@effect/vitest"
import { assertEquals } from "@effect/vitest/utils"
import { Array, Duration, Effect, Option, Schedule } from "effect"
import { ReplyRepository } from "../../ports/reply-repository.ts"
import { SessionRepository } from "../../ports/session-repository.ts"
import type { SessionId } from "../../types/ids.ts"
import { MessageContent } from "../../types/message.ts"
import type { Reply } from "../../types/reply.ts"
import { asAlice } from "../callers.ts"
import { now } from "../session-repository-suite/fixtures.ts"
import {
  answerTo,
  begin,
  begun,
  conversation,
  lease,
  newSession,
  type RepliesIt,
  regenerate,
  text,
  whole,
  write
} from "./fixtures.ts"

/** Ends all that is abandoned, and gives what there was of one session. */
const reap = Effect.fnUntraced(function* (...sessionIds: ReadonlyArray<SessionId>) {
  const replies = yield* ReplyRepository
  const ended: Array<Reply> = []
  yield* Effect.repeat(replies.endAbandoned(now), {
    until: (some) => {
      ended.push(...some)
      return some.length === 0
    }
  })
  return ended.filter(({ sessionId }) => sessionIds.includes(sessionId))
})

/** A reply whose lease is over as soon as it is given. */
const abandoned = Effect.fnUntraced(function* (sessionId: SessionId, question = "q") {
  const key = yield* begun(sessionId, question)
  yield* write(key, [[text("half")]], Duration.zero)
  return key
})

/** Replies whose writer is gone. */
export const describeAbandoned = (it: RepliesIt) => {
  it.effect("ends a reply whose lease is over as interrupted, and keeps its text", () =>
    Effect.gen(function* () {
      const sessionId = yield* newSession
      const key = yield* abandoned(sessionId)
      const ended = yield* reap(sessionId)
      assert.deepStrictEqual(ended, [(yield* whole(key)).reply])
      assert.deepInclude(ended[0], { status: "interrupted", messageSequence: Option.some(2) })
      const { messages } = yield* conversation(sessionId)
      assert.deepInclude(messages[1], {
        content: MessageContent.make("half"),
        metadata: { reply: { status: "interrupted" } }
      })
      assert.deepStrictEqual(yield* reap(sessionId), [])
    })
  )

  it.effect("leaves a reply to its writer while the lease lasts, from the last thing that was written", () =>
    Effect.gen(function* () {
      const replies = yield* ReplyRepository
      const sessionId = yield* newSession
      const key = yield* begun(sessionId, "q", Duration.zero)
      assert.isTrue(yield* replies.extend(key, { lease }))
      assert.deepStrictEqual(yield* reap(sessionId), [])
      assert.isTrue(yield* replies.extend(key, { lease: Duration.zero }))
      assert.isTrue(yield* replies.write(key, { index: 1, parts: [text("a")] }, { lease }))
      assert.deepStrictEqual(yield* reap(sessionId), [])
      yield* replies.extend(key, { lease: Duration.zero })
      assert.lengthOf(yield* reap(sessionId), 1)
      assert.isFalse(yield* replies.extend(key, { lease }))
      assert.isFalse(yield* replies.write(key, { index: 2, parts: [text("b")] }, { lease }))
    })
  )

  it.effect("waits for a lease by the store's own clock", () =>
    Effect.gen(function* () {
      // When a lease was over before a busy machine had looked, a longer one has to be waited for.
      const waitFor = Effect.fnUntraced(function* (lease: Duration.Duration) {
        const sessionId = yield* newSession
        const [taken, ended] = yield* Effect.timed(
          Effect.zipRight(begun(sessionId, "q", lease), reap(sessionId))
        )
        if (ended.length > 0) {
          assert.isAtLeast(Duration.toMillis(taken), Duration.toMillis(lease))
          return yield* Effect.fail("too slow" as const)
        }
        yield* Effect.repeat(reap(sessionId), {
          until: (some) => some.length > 0,
          schedule: Schedule.spaced("20 millis")
        })
        return yield* whole({ sessionId, id: answerTo("q") })
      })
      const leases = [300, 1_000, 3_000, 10_000].map((millis) => waitFor(Duration.millis(millis)))
      const { reply } = yield* Effect.firstSuccessOf(leases)
      assert.strictEqual(reply.status, "interrupted")
    })
  )

  it.effect("ends each of many once, also when several look for them", () =>
    Effect.gen(function* () {
      const sessionIds = yield* Effect.replicateEffect(newSession, 40, { concurrency: 8 })
      yield* Effect.forEach(sessionIds, (_) => abandoned(_), { concurrency: 8 })
      const reaped = yield* Effect.replicateEffect(reap(...sessionIds), 4, { concurrency: "unbounded" })
      assert.sameMembers(
        reaped.flat().map(({ sessionId }) => sessionId),
        sessionIds
      )
    })
  )

  it.effect("makes room for the next reply", () =>
    Effect.gen(function* () {
      const replies = yield* ReplyRepository
      const next = [
        (sessionId: SessionId) => Effect.asVoid(begin(sessionId, "next")),
        (sessionId: SessionId) => Effect.asVoid(regenerate(sessionId, "next"))
      ]
      for (const run of next) {
        const sessionId = yield* newSession
        const key = yield* abandoned(sessionId)
        yield* run(sessionId)
        assert.strictEqual((yield* whole(key)).reply.status, "interrupted")
        const { messages } = yield* conversation(sessionId)
        assert.deepInclude(messages[1], { id: key.id, content: MessageContent.make("half") })
        assert.isTrue(Option.isSome(yield* replies.running(asAlice, sessionId)))
      }
    })
  )

  it.effect("lets one of many begin in its place", () =>
    Effect.gen(function* () {
      const sessionId = yield* newSession
      yield* abandoned(sessionId)
      const outcomes = yield* Effect.forEach(
        Array.range(1, 8),
        (n) => Effect.option(begin(sessionId, `next${n}`)),
        { concurrency: "unbounded" }
      )
      assert.lengthOf(Array.getSomes(outcomes), 1)
      assert.strictEqual((yield* conversation(sessionId)).session.messageCount, 3)
    })
  )

  it.effect("is found as interrupted when its message comes again, in whatever status the session is", () =>
    Effect.gen(function* () {
      const sessions = yield* SessionRepository
      for (const status of ["active", "paused"] as const) {
        const sessionId = yield* newSession
        yield* abandoned(sessionId)
        yield* sessions.setStatus(asAlice, sessionId, status, now)
        const outcome = yield* begin(sessionId, "q")
        assert(outcome._tag === "Found")
        assertEquals(outcome.reply.status, "interrupted")
      }
    })
  )
}
