import { assert } from "@effect/vitest"
import { Array, DateTime, Effect } from "effect"
import { InvalidSessionStateError } from "../../errors/session.ts"
import { SessionRepository } from "../../ports/session-repository.ts"
import { MessageContent } from "../../types/message.ts"
import { SessionStatus } from "../../types/session.ts"
import { asNobody } from "../callers.ts"
import { createSession, createWithStatus, message, now, type SuiteIt } from "./fixtures.ts"

/** Appending: one order, each message once, nothing altered. */
export const describeMessages = (it: SuiteIt) => {
  it.effect("numbers messages from 1 and counts them", () =>
    Effect.gen(function* () {
      const repository = yield* SessionRepository
      const { id, version } = yield* createSession()
      const later = DateTime.add(now, { seconds: 5 })
      const appended = [
        yield* repository.append(asNobody, message(id, "m1"), { now }),
        yield* repository.append(asNobody, message(id, "m2", { role: "assistant", metadata: { score: 4 } }), {
          now: later
        }),
        yield* repository.append(asNobody, message(id, "m3", { role: "system" }), { now: later })
      ]
      const { messages, session } = yield* repository.load(asNobody, id)
      assert.deepStrictEqual(messages, appended)
      assert.deepStrictEqual(
        Array.map(messages, (_) => _.sequence),
        [1, 2, 3]
      )
      assert.strictEqual(session.messageCount, 3)
      assert.strictEqual(session.version, version + 3)
      assert.deepStrictEqual(session.updatedAt, later)
    })
  )

  it.effect("keeps text as it was written", () =>
    Effect.gen(function* () {
      const repository = yield* SessionRepository
      const { id } = yield* createSession()
      const texts = [
        "👩‍👩‍👧‍👦 ‮right to left‬ \u{feff}BOM e\u0301",
        `x${"\u0301".repeat(10_000)}`,
        "é".repeat(32_768),
        "'; drop table messages; --",
        " \t\n"
      ]
      yield* Effect.forEach(texts, (text, index) =>
        repository.append(asNobody, message(id, `t${index}`, { content: MessageContent.make(text) }), { now })
      )
      const { messages } = yield* repository.load(asNobody, id)
      assert.deepStrictEqual(
        Array.map(messages, (_) => _.content.valueOf()),
        texts
      )
    })
  )

  it.effect("never moves a session's time back when the clock does", () =>
    Effect.gen(function* () {
      const repository = yield* SessionRepository
      const { id } = yield* createSession()
      const earlier = DateTime.subtract(now, { hours: 1 })
      const appended = yield* repository.append(asNobody, message(id, "m1"), { now: earlier })
      const paused = yield* repository.setStatus(asNobody, id, "paused", earlier)
      assert.deepStrictEqual(appended.createdAt, now)
      assert.deepStrictEqual(paused.updatedAt, now)
    })
  )

  it.effect("stores a message id once and gives the first message again", () =>
    Effect.gen(function* () {
      const repository = yield* SessionRepository
      const { id } = yield* createSession()
      const first = yield* repository.append(asNobody, message(id, "m1"), { now })
      const again = yield* repository.append(
        asNobody,
        message(id, "m1", { content: MessageContent.make("other") }),
        { now: DateTime.add(now, { days: 1 }) }
      )
      const { messages, session } = yield* repository.load(asNobody, id)
      assert.deepStrictEqual(again, first)
      assert.deepStrictEqual(messages, [first])
      assert.strictEqual(session.messageCount, 1)
      assert.deepStrictEqual(session.updatedAt, now)
    })
  )

  it.effect("lets two sessions use the same message id", () =>
    Effect.gen(function* () {
      const repository = yield* SessionRepository
      const [one, two] = [yield* createSession(), yield* createSession()]
      yield* repository.append(asNobody, message(one.id, "m1"), { now })
      const second = yield* repository.append(asNobody, message(two.id, "m1"), { now })
      assert.strictEqual(second.sequence, 1)
      assert.strictEqual(second.sessionId, two.id)
    })
  )

  it.effect("orders concurrent writers, each message once", () =>
    Effect.gen(function* () {
      const repository = yield* SessionRepository
      const { id } = yield* createSession()
      const ids = Array.makeBy(20, (n) => `c${n}`)
      // Two copies of each, all at once.
      yield* Effect.forEach([...ids, ...ids], (_) => repository.append(asNobody, message(id, _), { now }), {
        concurrency: "unbounded"
      })
      const { messages, session } = yield* repository.load(asNobody, id)
      assert.deepStrictEqual(
        Array.map(messages, (_) => _.sequence),
        Array.range(1, 20)
      )
      assert.sameMembers(
        Array.map(messages, (_) => _.id.valueOf()),
        ids
      )
      assert.strictEqual(session.messageCount, 20)
    })
  )

  it.effect("completes the session with a message that does, once and in one step", () =>
    Effect.gen(function* () {
      const repository = yield* SessionRepository
      const { id, version } = yield* createSession()
      yield* repository.append(asNobody, message(id, "m1"), { now, completes: false })
      assert.strictEqual((yield* repository.load(asNobody, id)).session.status, "active")
      // Of copies that come at once, and of those that come later, all give the message that was stored.
      const last = repository.append(asNobody, message(id, "m2"), { now, completes: true })
      const copies = yield* Effect.replicateEffect(last, 5, { concurrency: "unbounded" })
      copies.push(yield* last)
      for (const copy of copies) assert.deepStrictEqual(copy, copies[0])
      const { messages, session } = yield* repository.load(asNobody, id)
      assert.deepStrictEqual([session.status, session.version], ["completed", version + 2])
      assert.deepStrictEqual(
        Array.map(messages, (_) => _.sequence),
        [1, 2]
      )
      assert.instanceOf(
        yield* Effect.flip(repository.append(asNobody, message(id, "m3"), { now })),
        InvalidSessionStateError
      )
    })
  )

  it.effect("does not complete the session with a message that it has already", () =>
    Effect.gen(function* () {
      const repository = yield* SessionRepository
      const { id } = yield* createSession()
      yield* repository.append(asNobody, message(id, "m1"), { now })
      yield* repository.append(asNobody, message(id, "m1"), { now, completes: true })
      assert.strictEqual((yield* repository.load(asNobody, id)).session.status, "active")
    })
  )

  it.effect("refuses a new message in a session that is not active, and still knows the old ones", () =>
    Effect.gen(function* () {
      const repository = yield* SessionRepository
      for (const status of SessionStatus.literals.filter((_) => _ !== "active")) {
        const id = yield* createWithStatus(status)
        const error = yield* Effect.flip(repository.append(asNobody, message(id, "second"), { now }))
        assert.instanceOf(error, InvalidSessionStateError)
        assert.strictEqual(error.currentStatus, status)
        assert.strictEqual((yield* repository.append(asNobody, message(id, "first"), { now })).sequence, 1)
        assert.strictEqual((yield* repository.load(asNobody, id)).session.messageCount, 1)
      }
    })
  )
}
