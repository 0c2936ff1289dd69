import { assert } from "@effect/vitest"
import { assertEquals } from "@effect/vitest/utils"
import { Array, Cause, DateTime, Effect, Option } from "effect"
import { InvalidSessionStateError, SessionNotFoundError } from "../../errors/session.ts"
import { SessionRepository } from "../../ports/session-repository.ts"
import { ClaimHash } from "../../types/claim.ts"
import { SessionId, UserId } from "../../types/ids.ts"
import { Precision } from "../../types/precision.ts"
import { SessionStatus } from "../../types/session.ts"
import { alice, asAlice, asAnonymous, asBob, asNobody } from "../callers.ts"
import { createTestSession } from "../create-test-session.ts"
import { createSession, createWithStatus, message, now, type SuiteIt } from "./fixtures.ts"

const missing = SessionId.make("session_0_missing")

const sharper = new Precision({
  openness: 0.1,
  conscientiousness: 0.625,
  extraversion: 1,
  agreeableness: 0,
  neuroticism: 0.3333333333333333
})

/** Sessions as a whole: what is stored, who sees it, how it changes. */
export const describeSessions = (it: SuiteIt) => {
  it.effect("gives back a session as it was stored", () =>
    Effect.gen(function* () {
      const repository = yield* SessionRepository
      const parent = yield* createSession()
      const session = yield* createSession({
        userId: Option.some(alice),
        precision: sharper,
        agentSessionId: Option.some("sdk-1"),
        parentId: Option.some(parent.id),
        forkedAt: Option.some(0),
        metadata: { product: { name: "Ω", tags: ["a", null, 1.5, true] } },
        version: 7,
        createdAt: DateTime.unsafeMake("2020-02-29T23:59:59.999Z")
      })
      const loaded = yield* repository.load(asAlice, session.id)
      assert.deepStrictEqual(loaded.session, session)
      assert.deepStrictEqual(loaded.messages, [])
    })
  )

  it.effect("stores a session once, and gives its owner the stored one", () =>
    Effect.gen(function* () {
      const repository = yield* SessionRepository
      for (const userId of [Option.some(alice), Option.none()]) {
        const session = yield* createSession({ userId })
        yield* repository.append(asNobody, message(session.id, "m1"), { now })
        const stored = (yield* repository.load(asNobody, session.id)).session
        const copies = yield* Effect.replicateEffect(repository.create(session, Option.none()), 20, {
          concurrency: "unbounded"
        })
        assert.deepStrictEqual(copies, Array.replicate(stored, 20))
        assert.deepStrictEqual((yield* repository.load(asNobody, session.id)).session, stored)
      }
    })
  )

  it.effect("gives one session to all that store it at once", () =>
    Effect.gen(function* () {
      const repository = yield* SessionRepository
      const id = SessionId.make("session_0_at-once")
      const copies = yield* Effect.forEach(
        Array.range(1, 20),
        (copy) =>
          repository.create(
            createTestSession({ id, userId: Option.some(alice), metadata: { copy } }),
            Option.none()
          ),
        { concurrency: "unbounded" }
      )
      const stored = (yield* repository.load(asAlice, id)).session
      assert.deepStrictEqual(copies, Array.replicate(stored, 20))
    })
  )

  it.effect("does not give somebody else's session for its id", () =>
    Effect.gen(function* () {
      const repository = yield* SessionRepository
      const session = yield* createSession({ userId: Option.some(alice) })
      for (const userId of [Option.some(UserId.make("bob")), Option.none()]) {
        const other = createTestSession({ id: session.id, userId })
        const cause = yield* Effect.flip(Effect.sandbox(repository.create(other, Option.none())))
        assert.isTrue(Cause.isDie(cause))
      }
      assert.deepStrictEqual((yield* repository.load(asAlice, session.id)).session, session)
    })
  )

  it.effect("allows the transitions of the model and no other", () =>
    Effect.gen(function* () {
      const repository = yield* SessionRepository
      const allowed = {
        active: "paused completed aborted",
        paused: "active completed aborted",
        completed: "",
        aborted: ""
      }
      for (const from of SessionStatus.literals) {
        for (const to of SessionStatus.literals) {
          const id = yield* createWithStatus(from)
          const before = (yield* repository.load(asNobody, id)).session
          const change = repository.setStatus(asNobody, id, to, now)
          if (from !== to && !allowed[from].includes(to)) {
            assertEquals(
              yield* Effect.flip(change),
              new InvalidSessionStateError({ sessionId: id, currentStatus: from })
            )
            assert.deepStrictEqual((yield* repository.load(asNobody, id)).session, before)
          } else {
            const changed = yield* change
            assert.deepStrictEqual((yield* repository.load(asNobody, id)).session, changed)
            assert.strictEqual(changed.status, to)
            assert.strictEqual(changed.version, from === to ? before.version : before.version + 1)
          }
        }
      }
    })
  )

  it.effect("shows somebody else's session to nobody but a trusted caller", () =>
    Effect.gen(function* () {
      const repository = yield* SessionRepository
      const session = yield* createSession({ userId: Option.some(alice) })
      const { id } = session
      const hash = ClaimHash.make("0".repeat(64))
      const ifVersion = { version: 0, messageCount: 0 }
      for (const unseen of [id, missing]) {
        const failures = [
          yield* Effect.flip(repository.load(asBob, unseen)),
          yield* Effect.flip(repository.version(asBob, unseen)),
          yield* Effect.flip(repository.page(asBob, unseen, { limit: 1 })),
          yield* Effect.flip(repository.append(asBob, message(unseen, "m1"), { now })),
          yield* Effect.flip(repository.append(asBob, message(unseen, "m1"), { now, expectedSequence: 9 })),
          yield* Effect.flip(repository.setStatus(asBob, unseen, "paused", now)),
          yield* Effect.flip(repository.update(asBob, unseen, { metadata: { a: 1 } }, { now })),
          yield* Effect.flip(repository.update(asBob, unseen, {}, { now, ifVersion })),
          yield* Effect.flip(repository.remove(asBob, unseen)),
          yield* Effect.flip(repository.claim(UserId.make("bob"), unseen, hash, now))
        ]
        for (const failure of failures) {
          assertEquals(failure, new SessionNotFoundError({ sessionId: unseen }))
        }
      }
      assert.deepStrictEqual((yield* repository.load(asNobody, id)).session, session)
      yield* repository.append(asAlice, message(id, "m1"), { now })
      assert.strictEqual((yield* repository.load(asAlice, id)).messages.length, 1)
    })
  )

  it.effect("shows an anonymous session to whoever knows its id", () =>
    Effect.gen(function* () {
      const repository = yield* SessionRepository
      const { id } = yield* createSession()
      yield* repository.append(asAnonymous, message(id, "m1"), { now })
      assert.strictEqual((yield* repository.load(asAlice, id)).messages.length, 1)
    })
  )
}
