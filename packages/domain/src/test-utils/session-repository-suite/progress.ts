import { assert } from "@effect/vitest"
import { Array, Effect, Option } from "effect"
import { SessionRepository } from "../../ports/session-repository.ts"
import type { SessionId } from "../../types/ids.ts"
import type { MessageRole } from "../../types/message.ts"
import type { SessionQuery } from "../../types/session-list.ts"
import { progressOf } from "../../types/session-progress.ts"
import { asNobody } from "../callers.ts"
import { listOf } from "../listed.ts"
import { createSession, message, newUser, now, type SuiteIt } from "./fixtures.ts"

const noted = (completion: unknown) => ({ assessment: { completion } })

/** Appends messages of these roles one after another, each with metadata if it has some. */
export const say = Effect.fnUntraced(function* (
  id: SessionId,
  messages: ReadonlyArray<readonly [MessageRole, Readonly<Record<string, unknown>>?]>
) {
  const repository = yield* SessionRepository
  const { messageCount } = yield* repository.version(asNobody, id)
  yield* Effect.forEach(messages, ([role, metadata = {}], n) =>
    repository.append(asNobody, message(id, `m${messageCount + n + 1}`, { role, metadata }), { now })
  )
})

/** What a session tells of its progress, which follows from its messages. */
export const progressIn = Effect.fnUntraced(function* (id: SessionId) {
  const repository = yield* SessionRepository
  const { messages, session } = yield* repository.load(asNobody, id)
  const { completion, questionCount } = session
  assert.deepStrictEqual({ completion, questionCount }, progressOf(messages, session))
  return [questionCount, completion] as const
})

/** How far a session has come: what was answered, and what its agent says. */
export const describeProgress = (it: SuiteIt) => {
  it.effect("counts the messages of the user that come right after one of the agent", () =>
    Effect.gen(function* () {
      const { id } = yield* createSession()
      const counts = yield* Effect.forEach(
        [
          "user",
          "user",
          "assistant",
          "user",
          "user",
          "assistant",
          "assistant",
          "user",
          "system",
          "user"
        ] as const,
        (role) => Effect.zipRight(say(id, [[role]]), progressIn(id))
      )
      assert.deepStrictEqual(
        counts.map(([count]) => count),
        [0, 0, 0, 1, 1, 1, 1, 2, 2, 2]
      )
      yield* say(id, [["assistant"], ["system"], ["user"]])
      assert.deepStrictEqual(yield* progressIn(id), [2, 0])
    })
  )

  it.effect("counts a message that is sent again once", () =>
    Effect.gen(function* () {
      const repository = yield* SessionRepository
      const { id } = yield* createSession()
      yield* say(id, [["assistant"]])
      const again = repository.append(asNobody, message(id, "again"), { now })
      yield* Effect.replicateEffect(again, 3)
      yield* Effect.replicateEffect(again, 3, { concurrency: "unbounded" })
      assert.deepStrictEqual(yield* progressIn(id), [1, 0])
    })
  )

  it.effect(
    "tells what the newest message with a note says, and passes over what is no whole number of percent",
    () =>
      Effect.gen(function* () {
        const { id } = yield* createSession()
        const completions = [
          5,
          40,
          null,
          35,
          0,
          100,
          20,
          -1,
          101,
          33.5,
          "50",
          null,
          true,
          [60],
          { a: 1 },
          1e300
        ]
        const seen = yield* Effect.forEach(completions, (completion) =>
          Effect.map(
            Effect.zipRight(say(id, [["assistant", noted(completion)]]), progressIn(id)),
            ([, reached]) => reached
          )
        )
        assert.deepStrictEqual(seen, [5, 40, 40, 35, 0, 100, ...Array.replicate(20, 10)])
        yield* say(id, [
          ["assistant", { assessment: [{ completion: 60 }] }],
          ["assistant", { assessment: "completion" }],
          ["assistant", { completion: 60 }],
          ["user"]
        ])
        assert.deepStrictEqual(yield* progressIn(id), [1, 20])
        yield* say(id, [["assistant", { assessment: { asks: 7, completion: 60 } }]])
        assert.deepStrictEqual(yield* progressIn(id), [1, 60])
      })
  )

  it.effect("is at its end when the session is completed, in whatever way, and no other way", () =>
    Effect.gen(function* () {
      const repository = yield* SessionRepository
      const start = Effect.tap(createSession(), ({ id }) => say(id, [["assistant", noted(30)]]))
      const [set, updated, said, aborted, paused] = yield* Effect.all([start, start, start, start, start])
      assert.strictEqual((yield* repository.setStatus(asNobody, set.id, "completed", now)).completion, 100)
      const { completion } = yield* repository.update(asNobody, updated.id, { status: "completed" }, { now })
      assert.strictEqual(completion, 100)
      yield* repository.append(asNobody, message(said.id, "last"), { now, completes: true })
      yield* repository.setStatus(asNobody, aborted.id, "aborted", now)
      yield* repository.setStatus(asNobody, paused.id, "paused", now)
      assert.deepStrictEqual(
        yield* Effect.forEach([set, updated, said, aborted, paused], ({ id }) => progressIn(id)),
        [
          [0, 100],
          [0, 100],
          [1, 100],
          [0, 30],
          [0, 30]
        ]
      )
      const renamed = yield* repository.update(
        asNobody,
        said.id,
        { title: Option.none(), metadata: { a: 1 } },
        { now }
      )
      assert.strictEqual(renamed.completion, 100)
    })
  )

  it.effect("is right when many write at once, and stands in lists", () =>
    Effect.gen(function* () {
      const repository = yield* SessionRepository
      const caller = newUser()
      const { id } = yield* createSession({ userId: Option.some(caller.userId) })
      yield* Effect.forEach(
        Array.range(1, 40),
        (n) =>
          repository.append(
            asNobody,
            message(id, `m${n}`, n % 2 === 0 ? {} : { role: "assistant", metadata: noted(n) }),
            { now }
          ),
        { concurrency: "unbounded" }
      )
      const [questionCount, completion] = yield* progressIn(id)
      const { sessions } = yield* listOf(caller, { limit: 10 })
      assert.deepStrictEqual(
        sessions.map((session) => [session.questionCount, session.completion]),
        [[questionCount, completion]]
      )
      yield* say(id, [["assistant"], ["user"]])
      assert.deepStrictEqual(yield* progressIn(id), [questionCount + 1, completion])
    })
  )

  it.effect("narrows lists, from one end or both, and so does the name of the product", () =>
    Effect.gen(function* () {
      const repository = yield* SessionRepository
      const caller = newUser()
      const userId = Option.some(caller.userId)
      const [none, half, whole] = [
        yield* createSession({ userId, metadata: { productName: "journal" } }),
        yield* createSession({ userId, metadata: { productName: "Journal", product: "journal" } }),
        yield* createSession({ userId, metadata: { productName: ["journal"] } })
      ]
      yield* createSession({ userId: Option.some(newUser().userId), metadata: { productName: "journal" } })
      yield* say(half.id, [["assistant", noted(50)]])
      yield* repository.setStatus(asNobody, whole.id, "completed", now)
      const names = new Map([none, half, whole].map(({ id }, n) => [id, n * 50]))
      const found = (filter: Partial<SessionQuery>) =>
        Effect.map(listOf(caller, { limit: 10, ...filter }), ({ count, sessions }) => {
          assert.lengthOf(sessions, count)
          return sessions.map(({ id }) => names.get(id)).sort()
        })
      assert.deepStrictEqual(yield* found({ minCompletion: 50 }), [100, 50])
      assert.deepStrictEqual(yield* found({ minCompletion: 51 }), [100])
      assert.deepStrictEqual(yield* found({ maxCompletion: 50 }), [0, 50])
      assert.deepStrictEqual(yield* found({ maxCompletion: 0 }), [0])
      assert.deepStrictEqual(yield* found({ minCompletion: 1, maxCompletion: 99 }), [50])
      assert.deepStrictEqual(yield* found({ minCompletion: 60, maxCompletion: 40 }), [])
      assert.deepStrictEqual(yield* found({ productName: "journal" }), [0])
      assert.deepStrictEqual(yield* found({ productName: "Journal", minCompletion: 50 }), [50])
      assert.deepStrictEqual(yield* found({ productName: '["journal"]' }), [])
    })
  )
}
