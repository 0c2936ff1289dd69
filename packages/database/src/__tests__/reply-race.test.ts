import { assert, layer } from "@effect/vitest"
import { assertEquals } from "@effect/vitest/utils"
import {
  MessageContent,
  MessageId,
  ReplyRepository,
  ReplyRunningError,
  type SessionId,
  SessionRepository
} from "@workspace/domain"
import { asNobody } from "@workspace/domain/test-utils"
import { eq, sql } from "drizzle-orm"
import { DateTime, Duration, Effect, Fiber, Layer, Option, Runtime } from "effect"
import { Database } from "../client.ts"
import * as ReplyRepositoryPg from "../repositories/reply-repository.ts"
import * as SessionRepositoryPg from "../repositories/session-repository.ts"
import { sessions } from "../schema.ts"
import { layerPostgres } from "../test-utils/layers.ts"
import { inTheQueue, lockedSession } from "./locked-session.ts"
import { eventually } from "./observe.ts"

const now = DateTime.unsafeMake(0)
const lease = Duration.minutes(1)

const message = (sessionId: SessionId, id: string) => ({
  id: MessageId.make(id),
  sessionId,
  role: "user" as const,
  content: MessageContent.make("x"),
  metadata: {}
})

const part = (text: string) => [{ _tag: "Text", text }] as const

const layerReplies = Layer.merge(ReplyRepositoryPg.layer, SessionRepositoryPg.layer).pipe(
  Layer.provideMerge(layerPostgres)
)

layer(layerReplies, { timeout: "60 seconds", excludeTestServices: true })(
  "whoever waits for a session",
  (it) => {
    const stores = Effect.map(Effect.all([ReplyRepository, SessionRepository]), ([replies, sessions]) => {
      const begin = (sessionId: SessionId, id: string) =>
        replies.begin(asNobody, message(sessionId, id), {
          replyId: MessageId.make(`${id}.answer`),
          now,
          lease
        })
      return {
        replies,
        begin,
        begun: (sessionId: SessionId) =>
          Effect.orDie(
            Effect.zipRight(
              begin(sessionId, "q"),
              replies.write(
                { sessionId, id: MessageId.make("q.answer") },
                { index: 1, parts: part("one ") },
                { lease }
              )
            )
          ),
        append: (sessionId: SessionId, id: string) =>
          Effect.orDie(sessions.append(asNobody, message(sessionId, id), { now })),
        load: (sessionId: SessionId) => sessions.load(asNobody, sessionId)
      }
    })

    it.effect.each(["end", "stop"] as const)("keeps what was written meanwhile: %s", (kind) =>
      Effect.gen(function* () {
        const { begun, load, replies } = yield* stores
        const { id: sessionId, queue, released } = yield* lockedSession(begun)
        const key = { sessionId, id: MessageId.make("q.answer") }
        const ends = {
          end: replies.end(key, { status: "complete", now }),
          stop: Effect.orDie(replies.stop(asNobody, sessionId, now))
        }
        const ending = yield* queue(ends[kind])
        assert.isTrue(yield* replies.write(key, { index: 2, parts: part("two ") }, { lease }))
        yield* released
        const { chunkCount } = Option.getOrThrow(yield* Fiber.join(ending))
        const { messages } = yield* load(sessionId)
        assert.deepStrictEqual([chunkCount, messages[1]?.content.valueOf()], [2, "one two "])
      })
    )

    it.effect("knows a reply that began meanwhile", () =>
      Effect.gen(function* () {
        const { begin, load } = yield* stores
        const { id: sessionId, queue, released } = yield* lockedSession()
        const first = yield* queue(begin(sessionId, "q1"))
        const other = yield* queue(Effect.flip(begin(sessionId, "q2")))
        const again = yield* queue(begin(sessionId, "q1"))
        yield* released
        const begun = yield* Fiber.join(first)
        assert(begun._tag === "Begun")
        assertEquals(yield* Fiber.join(other), new ReplyRunningError({ sessionId, replyId: begun.reply.id }))
        assert.deepStrictEqual(yield* Fiber.join(again), { ...begun, _tag: "Found" })
        assert.strictEqual((yield* load(sessionId)).messages.length, 1)
      })
    )

    it.effect("does not begin for a message that is not the newest any more", () =>
      Effect.gen(function* () {
        const { append, begin } = yield* stores
        const { id: sessionId, queue, released } = yield* lockedSession((_) => append(_, "old"))
        const newer = yield* queue(append(sessionId, "newer"))
        const late = yield* queue(begin(sessionId, "old"))
        yield* released
        yield* Fiber.join(newer)
        assert.strictEqual((yield* Fiber.join(late))._tag, "Stored")
      })
    )

    it.effect("does not begin for a message that stops being the newest while it is looked at", () =>
      Effect.gen(function* () {
        const { append, begin } = yield* stores
        const { client, query } = yield* Database
        const { id: sessionId, queue, released } = yield* lockedSession((_) => append(_, "old"))
        const run = Runtime.runPromise(yield* Effect.runtime<Database>())
        const late = yield* queue(begin(sessionId, "old"))
        // Has the session next, and stores a message once it is waited for again.
        const newer = yield* queue(
          query(() =>
            client.transaction(async (transaction) => {
              await transaction.select().from(sessions).where(eq(sessions.id, sessionId)).for("update")
              await run(eventually(Effect.map(inTheQueue, (count) => count === 1)))
              await transaction.execute(sql`
              insert into messages (session_id, sequence, id, role, content, metadata, created_at)
              values (${sessionId}, 2, 'newer', 'user', 'x', '{}', now())`)
              await transaction.update(sessions).set({ messageCount: 2 }).where(eq(sessions.id, sessionId))
            })
          )
        )
        yield* released
        yield* Fiber.join(newer)
        assert.strictEqual((yield* Fiber.join(late))._tag, "Stored")
      })
    )

    it.effect("leaves a reply alone whose lease was extended meanwhile", () =>
      Effect.gen(function* () {
        const { begun, replies } = yield* stores
        const { id: sessionId, queue, released } = yield* lockedSession(begun)
        const key = { sessionId, id: MessageId.make("q.answer") }
        yield* replies.extend(key, { lease: Duration.zero })
        const reaped = yield* queue(replies.endAbandoned(now))
        assert.isTrue(yield* replies.extend(key, { lease }))
        yield* released
        assert.deepStrictEqual(yield* Fiber.join(reaped), [])
        assert.isTrue(Option.isSome(yield* replies.running(asNobody, sessionId)))
      })
    )

    it.effect("answers the message again that is the newest by then", () =>
      Effect.gen(function* () {
        const { append, replies } = yield* stores
        const { id: sessionId, queue, released } = yield* lockedSession((_) => append(_, "old"))
        const newer = yield* queue(append(sessionId, "newer"))
        const replyId = MessageId.make("r")
        const again = yield* queue(replies.regenerate(asNobody, sessionId, { replyId, now, lease }))
        yield* released
        assert.deepStrictEqual((yield* Fiber.join(again)).question, yield* Fiber.join(newer))
      })
    )
  }
)
