import { assert } from "@effect/vitest"
import { assertEquals } from "@effect/vitest/utils"
import { Array, Effect, Either, Option } from "effect"
import { SequenceConflictError, VersionConflictError } from "../../errors/conflict.ts"
import { InvalidSessionStateError } from "../../errors/session.ts"
import { SessionRepository } from "../../ports/session-repository.ts"
import { Title } from "../../types/session.ts"
import { asNobody } from "../callers.ts"
import { appendMany, createSession, createWithStatus, message, now, type SuiteIt } from "./fixtures.ts"

const versionOf = Effect.fnUntraced(function* (id: Parameters<typeof appendMany>[0]) {
  return yield* Effect.flatMap(SessionRepository, (repository) => repository.version(asNobody, id))
})

/** Two writers who do not know of each other: the second is told what it has not seen. */
export const describeConflicts = (it: SuiteIt) => {
  it.effect("stores a message only after the one that its writer has seen", () =>
    Effect.gen(function* () {
      const repository = yield* SessionRepository
      const { id } = yield* createSession()
      const messages = yield* appendMany(id, 3)
      const append = (expectedSequence: number, title?: Title) =>
        repository.append(asNobody, message(id, "next"), { now, expectedSequence, title })
      const before = yield* repository.load(asNobody, id)
      for (const [seen, unseen] of [
        [0, messages],
        [2, messages.slice(2)],
        // More than there is.
        [4, []]
      ] as const) {
        const error = yield* Effect.flip(append(seen, Title.make("refused")))
        assert.instanceOf(error, SequenceConflictError)
        assert.deepInclude(error, { sessionId: id, messageCount: 3, messages: unseen })
      }
      assert.deepStrictEqual(yield* repository.load(asNobody, id), before)
      const stored = yield* append(3)
      assert.strictEqual(stored.sequence, 4)
      // The id is known by now: whatever is expected, this is the answer.
      assert.deepStrictEqual(yield* append(3), stored)
      assert.deepStrictEqual(yield* append(0), stored)
    })
  )

  it.effect("tells a writer about the status rather than about the sequence", () =>
    Effect.gen(function* () {
      const repository = yield* SessionRepository
      const id = yield* createWithStatus("paused")
      assertEquals(
        yield* Effect.flip(repository.append(asNobody, message(id, "next"), { now, expectedSequence: 0 })),
        new InvalidSessionStateError({ sessionId: id, currentStatus: "paused" })
      )
    })
  )

  it.effect("lets one of many writers at the same place win, and shows the others its message", () =>
    Effect.gen(function* () {
      const repository = yield* SessionRepository
      const { id } = yield* createSession()
      yield* appendMany(id, 1)
      const results = yield* Effect.forEach(
        Array.makeBy(10, (n) => `w${n}`),
        (_) => Effect.either(repository.append(asNobody, message(id, _), { now, expectedSequence: 1 })),
        { concurrency: "unbounded" }
      )
      const winners = Array.getRights(results)
      assert.strictEqual(winners.length, 1)
      for (const lost of Array.getLefts(results)) {
        assert.instanceOf(lost, SequenceConflictError)
        assert.deepInclude(lost, { messageCount: 2, messages: winners })
      }
    })
  )

  it.effect("gives all copies of a message that come at once the one that is stored", () =>
    Effect.gen(function* () {
      const repository = yield* SessionRepository
      const { id } = yield* createSession()
      const append = repository.append(asNobody, message(id, "same"), { now, expectedSequence: 0 })
      const results = yield* Effect.replicateEffect(Effect.either(append), 10, { concurrency: "unbounded" })
      assert.deepStrictEqual(
        results.map(Either.map(({ sequence }) => sequence)),
        Array.replicate(Either.right(1), 10)
      )
    })
  )

  it.effect("shows at most 200 messages that a writer has not seen", () =>
    Effect.gen(function* () {
      const repository = yield* SessionRepository
      const { id } = yield* createSession()
      const seen = yield* versionOf(id)
      const messages = yield* appendMany(id, 203)
      const [append, update] = [
        yield* Effect.flip(repository.append(asNobody, message(id, "x"), { now, expectedSequence: 1 })),
        yield* Effect.flip(repository.update(asNobody, id, {}, { now, ifVersion: seen }))
      ]
      assert(append._tag === "SequenceConflictError" && update._tag === "VersionConflictError")
      assert.deepStrictEqual(append.messages, messages.slice(1, 201))
      assert.deepStrictEqual(update.messages, messages.slice(0, 200))
    })
  )

  it.effect("changes only the version that was seen", () =>
    Effect.gen(function* () {
      const repository = yield* SessionRepository
      const { id } = yield* createSession()
      const title = (text: string) => ({ title: Option.some(Title.make(text)) })
      const seen = yield* versionOf(id)
      const changed = yield* repository.update(asNobody, id, title("one"), { now, ifVersion: seen })
      assert.deepStrictEqual(yield* versionOf(id), { version: seen.version + 1, messageCount: 0 })
      const messages = yield* appendMany(id, 2)
      const { session } = yield* repository.load(asNobody, id)
      for (const change of [title("two"), { status: "paused" as const }, {}]) {
        for (const [ifVersion, unseen] of [
          [seen, messages],
          [changed, messages],
          [{ version: changed.version + 1, messageCount: 1 }, messages.slice(1)],
          [{ version: session.version + 1, messageCount: 2 }, []]
        ] as const) {
          const error = yield* Effect.flip(repository.update(asNobody, id, change, { now, ifVersion }))
          assert.instanceOf(error, VersionConflictError)
          assert.deepInclude(error, { sessionId: id, session, messages: unseen })
        }
      }
      assert.deepStrictEqual((yield* repository.load(asNobody, id)).session, session)
    })
  )

  it.effect("lets one of many changes of the same version win", () =>
    Effect.gen(function* () {
      const repository = yield* SessionRepository
      const { id } = yield* createSession()
      const ifVersion = yield* versionOf(id)
      const results = yield* Effect.forEach(
        Array.makeBy(10, (n) => n),
        (n) => Effect.either(repository.update(asNobody, id, { metadata: { n } }, { now, ifVersion })),
        { concurrency: "unbounded" }
      )
      const [winner, ...others] = Array.getRights(results)
      assert.strictEqual(others.length, 0)
      for (const lost of Array.getLefts(results)) {
        assert(lost._tag === "VersionConflictError")
        assert.deepStrictEqual(lost.session, winner)
      }
    })
  )
}
