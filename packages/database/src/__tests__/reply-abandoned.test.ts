import { assert, layer } from "@effect/vitest"
import { MessageContent, MessageId, ReplyRepository, SessionId, SessionRepository } from "@workspace/domain"
import { asNobody, createTestSession } from "@workspace/domain/test-utils"
import { sql } from "drizzle-orm"
import { DateTime, Duration, Effect, Layer, Option } from "effect"
import { Database } from "../client.ts"
import * as ReplyRepositoryPg from "../repositories/reply-repository.ts"
import * as SessionRepositoryPg from "../repositories/session-repository.ts"
import { layerPostgres } from "../test-utils/layers.ts"
import { recordLogs } from "./observe.ts"

const now = DateTime.unsafeMake(0)
const replyId = MessageId.make("q.answer")

/** A reply that nobody writes, in a session of this name. */
const abandoned = Effect.fnUntraced(function* (name: string) {
  const replies = yield* ReplyRepository
  const sessions = yield* SessionRepository
  const sessionId = SessionId.make(name)
  yield* sessions.create(createTestSession({ id: sessionId }), Option.none())
  yield* replies.begin(
    asNobody,
    {
      id: MessageId.make("q"),
      sessionId,
      role: "user",
      content: MessageContent.make("x"),
      metadata: {}
    },
    { replyId, now, lease: Duration.zero }
  )
})

layer(
  Layer.merge(ReplyRepositoryPg.layer, SessionRepositoryPg.layer).pipe(Layer.provideMerge(layerPostgres)),
  { timeout: "60 seconds", excludeTestServices: true }
)("replies that cannot be ended", (it) => {
  it.effect("keep no other from it, however many they are, and are logged", () =>
    Effect.gen(function* () {
      const { client, query } = yield* Database
      const replies = yield* ReplyRepository
      yield* query(() =>
        client.execute(sql`
          create function refuse() returns trigger language plpgsql as $$ begin raise 'refused'; end $$`)
      )
      yield* query(() =>
        client.execute(sql`
          create trigger refuse before update on replies for each row
          when (new.session_id like 'session_broken_%' and new.status = 'interrupted')
          execute function refuse()`)
      )
      for (let n = 1; n <= 20; n++) yield* abandoned(`session_broken_${n}`)
      yield* abandoned("session_whole")
      const logs = recordLogs()
      const ended = yield* Effect.provide(replies.endAbandoned(now), logs.layer)
      assert.deepStrictEqual(
        ended.map(({ sessionId }) => sessionId),
        [SessionId.make("session_whole")]
      )
      assert.lengthOf(logs.lines, 20)
      for (const line of logs.lines) assert.match(line, /cannot be ended.*"session_broken_\d+"/)
      // They are left alone for a while.
      assert.deepStrictEqual(yield* replies.endAbandoned(now), [])
    })
  )
})
