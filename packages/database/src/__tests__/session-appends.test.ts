import { assert, layer } from "@effect/vitest"
import { MessageContent, SessionRepository, Title } from "@workspace/domain"
import { asNobody } from "@workspace/domain/test-utils"
import { Array, Effect, Layer, Option } from "effect"
import * as SessionRepositoryPg from "../repositories/session-repository.ts"
import { SessionStoreSettings } from "../session-store-settings.ts"
import { layerEmbeddedInMemory, layerPostgres } from "../test-utils/layers.ts"
import { append, commits, message, now, someSessions } from "./appending.ts"
import { makeStillClock } from "./still-clock.ts"

const options = { timeout: "60 seconds", excludeTestServices: true } as const
const atOnce = { concurrency: "unbounded" } as const

const texts = [
  '"',
  "\\",
  '\\"',
  "{",
  "}",
  "{}",
  ",",
  "NULL",
  "null",
  " ",
  "a\nb\r\tc",
  "'",
  "$1",
  "é👩‍👩‍👧‍👦\u0301",
  "\u0001"
]

for (const [name, database] of [
  ["a PostgreSQL server", layerPostgres],
  ["the embedded database", layerEmbeddedInMemory]
] as const) {
  const clock = makeStillClock().layer
  layer(SessionRepositoryPg.layer.pipe(Layer.provideMerge(database), Layer.merge(clock)), options)(
    `messages that come at once, on ${name}`,
    (it) => {
      it.effect("are stored by few commits, one of each session in each", () =>
        Effect.gen(function* () {
          const ids = yield* someSessions(60)
          yield* Effect.forEach(ids, (id) => append(id, "a"), atOnce)
          // Two alone, one that finds them there, one more, and the others: five, where nothing is held up.
          assert.isAtMost((yield* commits(ids)) ?? 0, 10)
        })
      )

      it.effect("are stored as they are", () =>
        Effect.gen(function* () {
          const repository = yield* SessionRepository
          const ids = yield* someSessions(texts.length)
          const stored = yield* Effect.forEach(
            Array.zip(ids, texts),
            ([id, text], n) =>
              repository.append(
                asNobody,
                {
                  ...message(id, `m${n}`),
                  role: n % 2 === 0 ? "user" : "assistant",
                  content: MessageContent.make(text),
                  metadata: { [text]: [text, n, null, { nested: text }] }
                },
                { now, title: n % 3 === 0 ? undefined : Title.make(`t${text}`), completes: n % 5 === 0 }
              ),
            atOnce
          )
          assert.isBelow((yield* commits(ids)) ?? 0, ids.length)
          for (const [n, [id, text]] of Array.zip(ids, texts).entries()) {
            const { messages, session } = yield* repository.load(asNobody, id)
            assert.deepStrictEqual(messages, stored.slice(n, n + 1))
            assert.strictEqual(messages[0]?.content.valueOf(), text)
            assert.deepStrictEqual(messages[0]?.metadata, { [text]: [text, n, null, { nested: text }] })
            assert.strictEqual(messages[0]?.role, n % 2 === 0 ? "user" : "assistant")
            assert.strictEqual(Option.getOrNull(session.title), n % 3 === 0 ? null : `t${text}`)
            assert.strictEqual(session.status, n % 5 === 0 ? "completed" : "active")
          }
        })
      )

      it.effect("have one order without holes, those of one session", () =>
        Effect.gen(function* () {
          const repository = yield* SessionRepository
          const ids = yield* someSessions(3)
          const sent = Array.makeBy(30, (n) => [Array.unsafeGet(ids, n % 3), `m${n}`] as const)
          const stored = yield* Effect.forEach(sent, ([id, one]) => append(id, one), atOnce)
          for (const id of ids) {
            const own = stored.filter(({ sessionId }) => sessionId === id)
            const { messages } = yield* repository.load(asNobody, id)
            assert.deepStrictEqual(
              messages,
              own.sort((a, b) => a.sequence - b.sequence)
            )
            assert.deepStrictEqual(
              messages.map(({ sequence }) => sequence),
              Array.range(1, 10)
            )
          }
        })
      )

      it.effect("are stored though they are as long as can be", () =>
        Effect.gen(function* () {
          const repository = yield* SessionRepository
          const ids = yield* someSessions(12)
          const content = MessageContent.make("x".repeat(65_536))
          const stored = yield* Effect.forEach(
            ids,
            (id) => repository.append(asNobody, { ...message(id, "m"), content }, { now }),
            atOnce
          )
          assert.deepStrictEqual(
            stored.map(({ sequence }) => sequence),
            Array.replicate(1, ids.length)
          )
          // At most four in one.
          assert.isAtLeast((yield* commits(ids)) ?? 0, 3)
        })
      )
    }
  )
}

layer(
  SessionRepositoryPg.layer.pipe(
    Layer.provideMerge(layerPostgres),
    Layer.provide(Layer.succeed(SessionStoreSettings, { groupCommit: false, historyCacheBytes: 1_000_000 }))
  ),
  options
)("messages that come at once, without group commit", (it) => {
  it.effect("are stored by a commit each", () =>
    Effect.gen(function* () {
      const ids = yield* someSessions(30)
      yield* Effect.forEach(ids, (id) => append(id, "a"), atOnce)
      assert.strictEqual(yield* commits(ids), 30)
    })
  )
})
