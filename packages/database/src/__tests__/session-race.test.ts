import { assert, layer } from "@effect/vitest"
import {
  MessageContent,
  MessageId,
  type SessionChange,
  SessionId,
  SessionRepository,
  Title
} from "@workspace/domain"
import { asNobody, createTestSession } from "@workspace/domain/test-utils"
import { eq, sql } from "drizzle-orm"
import { DateTime, Deferred, Effect, Fiber, Layer, Option, Runtime } from "effect"
import { Database } from "../client.ts"
import * as SessionRepositoryPg from "../repositories/session-repository.ts"
import { sessions } from "../schema.ts"
import { layerPostgres } from "../test-utils/layers.ts"
import { eventually } from "./observe.ts"

const now = DateTime.unsafeMake(0)

const inTheQueue = Effect.flatMap(Database, ({ client, query }) =>
  query(() =>
    client.$count(sql`pg_stat_activity`, sql`wait_event_type = 'Lock' and datname = current_database()`)
  )
)

let made = 0

/** A new session whose row is locked, and how to queue for it: each step begins when the last one waits. */
const lockedSession = Effect.gen(function* () {
  const { client, query } = yield* Database
  const repository = yield* SessionRepository
  made += 1
  const id = SessionId.make(`session_0_race-${made}`)
  yield* repository.create(createTestSession({ id }), Option.none())
  const [locked, release] = yield* Effect.all([Deferred.make<void>(), Deferred.make<void>()])
  const run = Runtime.runPromise(yield* Effect.runtime())
  const holder = yield* Effect.fork(
    query(() =>
      client.transaction(async (transaction) => {
        await transaction.select().from(sessions).where(eq(sessions.id, id)).for("update")
        await run(Deferred.succeed(locked, undefined))
        await run(Deferred.await(release))
      })
    )
  )
  yield* Deferred.await(locked)
  let queued = 0
  const queue = <A, E>(step: Effect.Effect<A, E>) =>
    Effect.fork(step).pipe(
      Effect.tap(() => {
        queued += 1
        return eventually(Effect.map(inTheQueue, (count) => count === queued))
      })
    )
  return {
    id,
    repository,
    queue,
    released: Effect.zipRight(Deferred.succeed(release, undefined), Fiber.join(holder))
  }
})

layer(SessionRepositoryPg.layer.pipe(Layer.provideMerge(layerPostgres)), {
  timeout: "60 seconds",
  excludeTestServices: true
})("whoever waits for a session", (it) => {
  it.effect("knows a message that was stored and a pause that was set meanwhile", () =>
    Effect.gen(function* () {
      const { id, queue, released, repository } = yield* lockedSession
      const append = repository.append(
        asNobody,
        {
          id: MessageId.make("m1"),
          sessionId: id,
          role: "user",
          content: MessageContent.make("x"),
          metadata: {}
        },
        { now }
      )
      const first = yield* queue(append)
      const pause = yield* queue(repository.setStatus(asNobody, id, "paused", now))
      const second = yield* queue(append)
      yield* released
      const stored = yield* Fiber.join(first)
      assert.strictEqual((yield* Fiber.join(pause)).status, "paused")
      assert.deepStrictEqual(yield* Fiber.join(second), stored)
    })
  )

  const title = (text: string) => Option.some(Title.make(text))
  const changes: ReadonlyArray<readonly [string, SessionChange, SessionChange]> = [
    ["status", { status: "paused" }, { status: "active" }],
    ["title", { title: title("Other") }, { title: Option.none() }],
    ["metadata", { metadata: { a: 1 } }, { metadata: {} }],
    ["agent's session id", { agentSessionId: Option.some("a") }, { agentSessionId: Option.none() }]
  ]

  it.effect.each(changes)("changes the %s back that somebody changed meanwhile", ([, there, back]) =>
    Effect.gen(function* () {
      const { id, queue, released, repository } = yield* lockedSession
      const before = (yield* repository.load(asNobody, id)).session
      const first = yield* queue(repository.update(asNobody, id, there, { now }))
      const second = yield* queue(repository.update(asNobody, id, back, { now }))
      yield* released
      yield* Fiber.join(first)
      const answer = yield* Fiber.join(second)
      assert.deepStrictEqual({ ...answer }, { ...before, version: before.version + 2 })
      assert.deepStrictEqual((yield* repository.load(asNobody, id)).session, answer)
    })
  )
})
