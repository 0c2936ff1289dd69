import { assert } from "@effect/vitest"
import { assertEquals } from "@effect/vitest/utils"
import { Array, DateTime, Effect, Option } from "effect"
import { ClaimRefusedError } from "../../errors/claim.ts"
import { SessionNotFoundError } from "../../errors/session.ts"
import { SessionRepository } from "../../ports/session-repository.ts"
import { ClaimHash } from "../../types/claim.ts"
import { UserId } from "../../types/ids.ts"
import { Session } from "../../types/session.ts"
import { alice, asAlice, asAnonymous, asBob, asNobody, bob } from "../callers.ts"
import { appendMany, createSession, message, now, type SuiteIt } from "./fixtures.ts"

const hash = ClaimHash.make("0123456789abcdef".repeat(4))
const otherHash = ClaimHash.make("f".repeat(64))
const later = DateTime.add(now, { seconds: 5 })

/** A session of nobody becomes somebody's, once. */
export const describeClaims = (it: SuiteIt) => {
  it.effect("gives a session to whoever brings its token, and to nobody after that", () =>
    Effect.gen(function* () {
      const repository = yield* SessionRepository
      const { id } = yield* createSession({}, Option.some(hash))
      yield* appendMany(id, 2)
      const before = (yield* repository.load(asAnonymous, id)).session
      const claimed = yield* repository.claim(alice, id, hash, later)
      const expected = new Session({
        ...before,
        userId: Option.some(alice),
        version: before.version + 1,
        updatedAt: later
      })
      assert.deepStrictEqual(claimed, expected)
      const notFound = new SessionNotFoundError({ sessionId: id })
      assertEquals(yield* Effect.flip(repository.claim(bob, id, hash, later)), notFound)
      assertEquals(yield* Effect.flip(repository.load(asAnonymous, id)), notFound)
      assertEquals(yield* Effect.flip(repository.load(asBob, id)), notFound)
      assertEquals(yield* Effect.flip(repository.append(asAnonymous, message(id, "m3"), { now })), notFound)
      // The winner may repeat it, and changes nothing.
      assert.deepStrictEqual(
        yield* repository.claim(alice, id, hash, DateTime.add(later, { days: 1 })),
        expected
      )
      assert.deepStrictEqual((yield* repository.load(asAlice, id)).session, expected)
    })
  )

  it.effect("refuses another token, and any for a session that was given none", () =>
    Effect.gen(function* () {
      const repository = yield* SessionRepository
      const [one, two] = [yield* createSession({}, Option.some(hash)), yield* createSession()]
      for (const [session, brought] of [
        [one, otherHash],
        [two, hash]
      ] as const) {
        assertEquals(
          yield* Effect.flip(repository.claim(alice, session.id, brought, now)),
          new ClaimRefusedError({ sessionId: session.id })
        )
        assert.deepStrictEqual((yield* repository.load(asNobody, session.id)).session, session)
      }
      assertEquals((yield* repository.claim(bob, one.id, hash, now)).userId, Option.some(bob))
    })
  )

  it.effect("gives each of 50 sessions to one of 10 who claim it at once", () =>
    Effect.gen(function* () {
      const repository = yield* SessionRepository
      const users = Array.makeBy(10, (n) => UserId.make(`claimer ${n}`))
      const sessions = yield* Effect.replicateEffect(createSession({}, Option.some(hash)), 50)
      const results = yield* Effect.forEach(sessions, ({ id }) =>
        Effect.forEach(users, (userId) => Effect.either(repository.claim(userId, id, hash, now)), {
          concurrency: "unbounded"
        })
      )
      for (const [{ id, version }, claims] of Array.zip(sessions, results)) {
        const [winner, ...others] = Array.getRights(claims)
        assert.strictEqual(others.length, 0)
        assert.strictEqual(winner?.version, version + 1)
        assert.deepStrictEqual((yield* repository.load(asNobody, id)).session, winner)
        for (const lost of Array.getLefts(claims)) {
          assertEquals(lost, new SessionNotFoundError({ sessionId: id }))
        }
      }
    })
  )

  it.effect("lets one user claim from many tabs at once", () =>
    Effect.gen(function* () {
      const repository = yield* SessionRepository
      const { id, version } = yield* createSession({}, Option.some(hash))
      const claims = yield* Effect.replicateEffect(repository.claim(alice, id, hash, now), 10, {
        concurrency: "unbounded"
      })
      assert.deepStrictEqual(
        claims.map((session) => session.version),
        Array.replicate(version + 1, 10)
      )
    })
  )
}
