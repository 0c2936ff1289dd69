import { assert, describe, layer as itWithLayer } from "@effect/vitest"
import {
  ForkRepository,
  MessageContent,
  MessageId,
  type MessageRole,
  SessionId,
  SessionRepository
} from "@workspace/domain"
import { asNobody, createTestSession, listOf } from "@workspace/domain/test-utils"
import { sql } from "drizzle-orm"
import { DateTime, Effect, Layer, Option } from "effect"
import { Database } from "../client.ts"
import * as ForkRepositoryPg from "../repositories/fork-repository.ts"
import * as SessionRepositoryPg from "../repositories/session-repository.ts"
import { layerEmbeddedInMemory, layerPostgres } from "../test-utils/layers.ts"
import { lockedSession } from "./locked-session.ts"

const now = DateTime.unsafeMake(0)
const roles = ["user", "assistant", "user", "user", "assistant", "assistant", "user"] as const

let made = 0

const createSession = Effect.gen(function* () {
  const repository = yield* SessionRepository
  return yield* repository.create(
    createTestSession({ id: SessionId.make(`session_0_progress-${++made}`) }),
    Option.none()
  )
})

const run = (statement: ReturnType<typeof sql>) =>
  Effect.flatMap(Database, ({ client, query }) => query(() => client.execute(statement)))

/** Appends as the version does that knows nothing of progress. */
const appendAsBefore = Effect.fnUntraced(function* (id: SessionId, said: ReadonlyArray<MessageRole>) {
  yield* Effect.forEach(said, (role) =>
    run(sql`
      with counted as (
        update sessions set message_count = message_count + 1, version = version + 1 where id = ${id}
        returning id, message_count)
      insert into messages (session_id, sequence, id, role, content, metadata, created_at)
      select id, message_count, 'b' || message_count, ${role}, 'x', '{}', now() from counted`)
  )
})

const appendOne = (sessionId: SessionId, name: string, role: MessageRole) =>
  Effect.flatMap(SessionRepository, (repository) =>
    repository.append(
      asNobody,
      { id: MessageId.make(name), sessionId, role, content: MessageContent.make("x"), metadata: {} },
      { now }
    )
  )

const append = Effect.fnUntraced(function* (id: SessionId, said: ReadonlyArray<MessageRole>) {
  const repository = yield* SessionRepository
  const { messageCount } = yield* repository.version(asNobody, id)
  yield* Effect.forEach(said, (role, n) => appendOne(id, `m${messageCount + n}`, role))
})

/** How many answers each way to read the session tells of. */
const counts = Effect.fnUntraced(function* (id: SessionId) {
  const repository = yield* SessionRepository
  const forks = yield* ForkRepository
  const forkId = SessionId.make(`session_0_progress-${++made}`)
  const read = [
    (yield* repository.load(asNobody, id)).session,
    ...(yield* listOf(asNobody, { limit: 200 })).sessions.filter((session) => session.id === id),
    yield* repository.setStatus(asNobody, id, "active", now),
    yield* repository.create(createTestSession({ id }), Option.none()),
    yield* forks.fork(asNobody, { from: id, id: forkId, now }),
    (yield* repository.load(asNobody, forkId)).session
  ]
  return [...new Set(read.map(({ questionCount }) => questionCount))]
})

const stored = (id: SessionId) =>
  Effect.map(
    Effect.flatMap(Database, ({ client, query }) =>
      query(() =>
        client
          .select({ counted: sql<string>`question_count || ' of ' || questions_through` })
          .from(sql`sessions`)
          .where(sql`id = ${id}`)
      )
    ),
    ([row]) => row?.counted
  )

const repositories = Layer.merge(SessionRepositoryPg.layer, ForkRepositoryPg.layer)
const onServer = repositories.pipe(Layer.provideMerge(layerPostgres))

for (const [name, layer] of [
  ["the embedded database", repositories.pipe(Layer.provideMerge(layerEmbeddedInMemory))],
  ["a PostgreSQL server", onServer]
] as const) {
  itWithLayer(layer, { timeout: "60 seconds", excludeTestServices: true })(
    `a session that the version before wrote to, on ${name}`,
    (it) => {
      it.effect("is counted when it is read, and for good with the next message", () =>
        Effect.gen(function* () {
          const { id } = yield* createSession
          yield* appendAsBefore(id, roles)
          assert.deepStrictEqual(yield* counts(id), [2])
          assert.strictEqual(yield* stored(id), "0 of 0")
          yield* append(id, ["assistant"])
          assert.deepStrictEqual(yield* counts(id), [2])
          assert.strictEqual(yield* stored(id), "2 of 8")
        })
      )

      it.effect("is right whatever the two versions add in turn", () =>
        Effect.gen(function* () {
          for (const first of roles) {
            for (const second of ["user", "assistant"] as const) {
              const { id } = yield* createSession
              yield* append(id, ["user", first])
              yield* appendAsBefore(id, [second, "user"])
              const added =
                (first === "assistant" && second === "user" ? 1 : 0) + (second === "assistant" ? 1 : 0)
              assert.deepStrictEqual(yield* counts(id), [added])
              yield* append(id, ["user", "assistant"])
              yield* appendAsBefore(id, ["user"])
              assert.deepStrictEqual(yield* counts(id), [added + 1])
              yield* append(id, ["user"])
              assert.deepStrictEqual(yield* counts(id), [added + 1])
              assert.strictEqual(yield* stored(id), `${added + 1} of 8`)
            }
          }
        })
      )

      it.effect("is completed, if the version before completed it", () =>
        Effect.gen(function* () {
          const repository = yield* SessionRepository
          const { id } = yield* createSession
          yield* run(sql`update sessions set status = 'completed' where id = ${id}`)
          const renamed = yield* repository.update(asNobody, id, { metadata: { a: 1 } }, { now })
          const { session } = yield* repository.load(asNobody, id)
          const listed = yield* listOf(asNobody, { limit: 200, minCompletion: 100 })
          assert.deepStrictEqual([renamed.completion, session.completion], [100, 100])
          assert.include(
            listed.sessions.map((found) => found.id),
            id
          )
        })
      )
    }
  )
}

describe("writers who wait for a session", () => {
  itWithLayer(onServer, { timeout: "60 seconds", excludeTestServices: true })((it) => {
    it.effect("leave what they do not see to be counted, and it is", () =>
      Effect.gen(function* () {
        const { id, queue, released } = yield* lockedSession((id) => append(id, ["assistant"]))
        const fibers = [
          yield* queue(appendOne(id, "a", "user")),
          yield* queue(appendOne(id, "b", "assistant")),
          yield* queue(appendOne(id, "c", "user"))
        ]
        yield* released
        yield* Effect.forEach(fibers, (fiber) => fiber.await)
        assert.deepStrictEqual(yield* counts(id), [2])
        // Those who waited saw nothing of each other.
        assert.strictEqual(yield* stored(id), "1 of 2")
        yield* append(id, ["assistant"])
        assert.deepStrictEqual(yield* counts(id), [2])
        assert.strictEqual(yield* stored(id), "2 of 5")
      })
    )
  })
})
