import { assert } from "@effect/vitest"
import { assertEquals } from "@effect/vitest/utils"
import { DateTime, Effect, Option } from "effect"
import { InvalidSessionStateError, SessionNotFoundError } from "../../errors/session.ts"
import { SessionRepository } from "../../ports/session-repository.ts"
import { Session, type SessionChange, SessionStatus, statusesBefore, Title } from "../../types/session.ts"
import { asNobody } from "../callers.ts"
import { appendMany, createSession, createWithStatus, message, now, type SuiteIt } from "./fixtures.ts"

const later = DateTime.add(now, { seconds: 5 })
const titled = (text: string) => Option.some(Title.make(text))

/** What a caller changes of a session, and its end. */
export const describeChanges = (it: SuiteIt) => {
  it.effect("changes what is given and leaves the rest", () =>
    Effect.gen(function* () {
      const repository = yield* SessionRepository
      const before = yield* createSession({
        title: titled("first"),
        agentSessionId: Option.some("sdk-1"),
        metadata: { a: 1, b: [2] }
      })
      const changes: ReadonlyArray<SessionChange> = [
        { title: titled("second") },
        { title: Option.none() },
        { status: "paused" },
        { metadata: { a: 1, b: [{ c: "Ω" }] } },
        { metadata: {} },
        { agentSessionId: Option.some("sdk-2") },
        { agentSessionId: Option.none() },
        { title: titled("third"), status: "completed", metadata: { d: null } }
      ]
      let expected = before
      for (const change of changes) {
        const changed = yield* repository.update(asNobody, before.id, change, { now: later })
        expected = new Session({
          ...expected,
          ...change,
          completion: change.status === "completed" ? 100 : 0,
          version: expected.version + 1,
          updatedAt: later
        })
        assert.deepStrictEqual(changed, expected)
        assert.deepStrictEqual((yield* repository.load(asNobody, before.id)).session, expected)
      }
    })
  )

  it.effect("does not count a change to what is there already", () =>
    Effect.gen(function* () {
      const repository = yield* SessionRepository
      const metadata = { a: 1.5, b: [{ c: "Ω", d: null }] }
      for (const [title, agentSessionId] of [
        [titled("same"), Option.some("sdk-1")],
        [Option.none(), Option.none()]
      ] as const) {
        const session = yield* createSession({ title, agentSessionId, metadata })
        for (const change of [
          {},
          { title },
          { status: "active" as const },
          { metadata: { b: [{ d: null, c: "Ω" }], a: 1.5 } },
          { title, agentSessionId, metadata, status: "active" as const }
        ]) {
          assert.deepStrictEqual(
            yield* repository.update(asNobody, session.id, change, { now: later }),
            session
          )
        }
        assert.deepStrictEqual((yield* repository.load(asNobody, session.id)).session, session)
      }
    })
  )

  it.effect("changes the status as the model allows, and nothing at all where it does not", () =>
    Effect.gen(function* () {
      const repository = yield* SessionRepository
      for (const from of SessionStatus.literals) {
        for (const to of SessionStatus.literals) {
          const id = yield* createWithStatus(from)
          const before = (yield* repository.load(asNobody, id)).session
          const change = repository.update(asNobody, id, { status: to, metadata: { to } }, { now: later })
          if (from === to || statusesBefore(to).includes(from)) {
            const changed = yield* change
            assert.strictEqual(changed.status, to)
            assert.strictEqual(changed.version, before.version + 1)
          } else {
            assertEquals(
              yield* Effect.flip(change),
              new InvalidSessionStateError({ sessionId: id, currentStatus: from })
            )
            assert.deepStrictEqual((yield* repository.load(asNobody, id)).session, before)
          }
        }
      }
    })
  )

  it.effect("never moves a session's time back", () =>
    Effect.gen(function* () {
      const repository = yield* SessionRepository
      const { id } = yield* createSession()
      const earlier = DateTime.subtract(now, { hours: 1 })
      const changed = yield* repository.update(asNobody, id, { metadata: { a: 1 } }, { now: earlier })
      assert.deepStrictEqual(changed.updatedAt, now)
    })
  )

  it.effect("names an untitled session with a message, once", () =>
    Effect.gen(function* () {
      const repository = yield* SessionRepository
      const { id } = yield* createSession()
      const append = (messageId: string, title?: string) =>
        repository.append(asNobody, message(id, messageId), {
          now,
          title: title === undefined ? undefined : Title.make(title)
        })
      const titleNow = Effect.map(repository.load(asNobody, id), ({ session }) => session.title)
      yield* append("m1")
      assertEquals(yield* titleNow, Option.none())
      yield* append("m2", "second")
      assertEquals(yield* titleNow, titled("second"))
      yield* append("m3", "third")
      assertEquals(yield* titleNow, titled("second"))
      yield* repository.update(asNobody, id, { title: Option.none() }, { now })
      // Stored already: nothing changes.
      yield* append("m1", "first")
      assertEquals(yield* titleNow, Option.none())
    })
  )

  it.effect("has a version that rises with whatever load would give", () =>
    Effect.gen(function* () {
      const repository = yield* SessionRepository
      const { id } = yield* createSession()
      const version = repository.version(asNobody, id)
      const changes = [
        repository.append(asNobody, message(id, "m1"), { now }),
        repository.append(asNobody, message(id, "m2"), { now }),
        repository.setStatus(asNobody, id, "paused", now),
        repository.update(asNobody, id, { metadata: { a: 1 } }, { now })
      ]
      let before = yield* version
      for (const change of changes) {
        yield* change
        const after = yield* version
        assert.strictEqual(after.version, before.version + 1)
        before = after
      }
      const { session } = yield* repository.load(asNobody, id)
      assert.deepStrictEqual(before, { version: session.version, messageCount: 2 })
    })
  )

  it.effect("removes a session with its messages, for good", () =>
    Effect.gen(function* () {
      const repository = yield* SessionRepository
      const [{ id }, other] = [yield* createSession(), yield* createSession()]
      yield* appendMany(id, 3)
      yield* appendMany(other.id, 1)
      yield* repository.remove(asNobody, id)
      const notFound = new SessionNotFoundError({ sessionId: id })
      assertEquals(yield* Effect.flip(repository.load(asNobody, id)), notFound)
      assertEquals(yield* Effect.flip(repository.append(asNobody, message(id, "m1"), { now })), notFound)
      assertEquals(yield* Effect.flip(repository.append(asNobody, message(id, "late"), { now })), notFound)
      assertEquals(yield* Effect.flip(repository.remove(asNobody, id)), notFound)
      assert.strictEqual((yield* repository.load(asNobody, other.id)).messages.length, 1)
    })
  )

  it.effect("leaves nothing of a session that is removed while it is written to", () =>
    Effect.gen(function* () {
      const repository = yield* SessionRepository
      const { id } = yield* createSession()
      const appends = Array.from({ length: 20 }, (_, n) =>
        Effect.either(repository.append(asNobody, message(id, `m${n}`), { now }))
      )
      yield* Effect.all([...appends.slice(0, 10), repository.remove(asNobody, id), ...appends.slice(10)], {
        concurrency: "unbounded"
      })
      const last = yield* Effect.flip(repository.append(asNobody, message(id, "m1"), { now }))
      assertEquals(last, new SessionNotFoundError({ sessionId: id }))
    })
  )
}
