import { assert, describe, it } from "@effect/vitest"
import { assertEquals } from "@effect/vitest/utils"
import { Effect, Layer, Option, Ref, Stream } from "effect"
import { SavedSessionNotFoundError, SessionExistsError } from "../errors/archive.ts"
import { UnauthorizedError } from "../errors/identity.ts"
import { SessionNotFoundError } from "../errors/session.ts"
import { ArchiveRepository } from "../ports/archive-repository.ts"
import { ArchiveStore } from "../ports/archive-store.ts"
import { SessionRepository } from "../ports/session-repository.ts"
import { SessionArchive } from "../services/session-archive.ts"
import * as ArchiveRepositoryInMemory from "../test-utils/archive-repository-in-memory.ts"
import * as ArchiveStoreInMemory from "../test-utils/archive-store-in-memory.ts"
import { archivedOf } from "../test-utils/archived.ts"
import { alice, asAlice, asAnonymous, asBob, asNobody } from "../test-utils/callers.ts"
import * as SessionRepositoryInMemory from "../test-utils/session-repository-in-memory/index.ts"
import { appendMany, createSession, message, now } from "../test-utils/session-repository-suite/fixtures.ts"
import { ClaimHash } from "../types/claim.ts"
import { noSessionId, type SessionId } from "../types/ids.ts"

const layer = SessionArchive.layer.pipe(
  Layer.provideMerge(Layer.merge(ArchiveRepositoryInMemory.layer, ArchiveStoreInMemory.layer)),
  Layer.provideMerge(SessionRepositoryInMemory.layer)
)

const talk = Effect.fnUntraced(function* (userId: Option.Option<typeof alice>) {
  const { id } = yield* createSession({ userId })
  yield* appendMany(id, 3)
  return id
})
const claimHash = ClaimHash.make("a".repeat(64))
const talkOfAlice = talk(Option.some(alice))

describe("SessionArchive", () => {
  it.effect("saves a session, and restores it when it is gone", () =>
    Effect.gen(function* () {
      const archive = yield* SessionArchive
      const sessions = yield* SessionRepository
      const id = yield* talkOfAlice
      const before = yield* archivedOf(id)
      const saved = yield* archive.save(asAlice, id)
      assert.deepInclude(saved, { sessionId: id, messageCount: 3 })
      yield* sessions.remove(asAlice, id)
      const restored = yield* archive.load(asAlice, id)
      assert.deepStrictEqual(restored.userId, Option.some(alice))
      const after = yield* archivedOf(id)
      assert.deepStrictEqual(after.messages, before.messages)
      assert.deepStrictEqual(after.session.updatedAt, before.session.updatedAt)
    }).pipe(Effect.provide(layer))
  )

  it.effect("leaves a session alone that is there already, also when it has gone on", () =>
    Effect.gen(function* () {
      const archive = yield* SessionArchive
      const sessions = yield* SessionRepository
      const id = yield* talkOfAlice
      yield* archive.save(asAlice, id)
      assert.deepStrictEqual(yield* archive.load(asAlice, id), (yield* archivedOf(id)).session)
      yield* sessions.append(asAlice, message(id, "later"), { now })
      assert.strictEqual((yield* archive.load(asAlice, id)).messageCount, 4)
    }).pipe(Effect.provide(layer))
  )

  it.effect("refuses to restore into the place of another session", () =>
    Effect.gen(function* () {
      const archive = yield* SessionArchive
      const sessions = yield* SessionRepository
      const id = yield* talkOfAlice
      yield* archive.save(asAlice, id)
      yield* sessions.remove(asAlice, id)
      yield* createSession({ id, userId: Option.some(alice) })
      assertEquals(yield* Effect.flip(archive.load(asAlice, id)), new SessionExistsError({ sessionId: id }))
    }).pipe(Effect.provide(layer))
  )

  it.effect(
    "gives nobody's file to all as long as the session is nobody's, then to trusted callers alone",
    () =>
      Effect.gen(function* () {
        const archive = yield* SessionArchive
        const sessions = yield* SessionRepository
        const id = yield* talk(Option.none())
        yield* archive.save(asAnonymous, id)
        for (const caller of [asAlice, asAnonymous, asNobody]) {
          assert.deepStrictEqual((yield* archive.load(caller, id)).userId, Option.none())
        }
        yield* sessions.remove(asNobody, id)
        for (const caller of [asAlice, asAnonymous]) {
          for (const asked of [Effect.asVoid(archive.load(caller, id)), archive.remove(caller, id)]) {
            assertEquals(yield* Effect.flip(asked), new SavedSessionNotFoundError({ sessionId: id }))
          }
        }
        assert.deepStrictEqual((yield* archive.load(asNobody, id)).userId, Option.none())
        yield* archive.remove(asAnonymous, id)
        assert.instanceOf(yield* Effect.flip(archive.load(asNobody, id)), SavedSessionNotFoundError)
      }).pipe(Effect.provide(layer))
  )

  it.effect("hides nobody's file of a session that somebody has claimed, and makes it its owner's", () =>
    Effect.gen(function* () {
      const archive = yield* SessionArchive
      const sessions = yield* SessionRepository
      const { isFull } = yield* ArchiveStoreInMemory.ArchiveDisk
      for (const full of [false, true]) {
        const { id } = yield* createSession({ userId: Option.none() }, Option.some(claimHash))
        yield* appendMany(id, 3)
        yield* archive.save(asAnonymous, id)
        yield* sessions.claim(alice, id, claimHash, now)
        yield* Ref.set(isFull, full)
        const notSaved = new SavedSessionNotFoundError({ sessionId: id })
        const isHidden = Effect.gen(function* () {
          for (const caller of [asBob, asAnonymous]) {
            assertEquals(yield* Effect.flip(archive.load(caller, id)), notSaved)
            assertEquals(yield* Effect.flip(archive.remove(caller, id)), notSaved)
          }
        })
        yield* isHidden
        assert.deepStrictEqual((yield* archive.load(asAlice, id)).userId, Option.some(alice))
        assert.strictEqual(yield* archive.count(asAlice, {}), full ? 0 : 1)
        yield* sessions.remove(asAlice, id)
        yield* isHidden
        if (full) continue
        assert.deepStrictEqual((yield* archive.load(asAlice, id)).userId, Option.some(alice))
        yield* archive.remove(asAlice, id)
      }
    }).pipe(Effect.provide(layer))
  )

  it.effect("tells others nothing of a session that is claimed, or removed, while they load it", () =>
    Effect.gen(function* () {
      const sessions = yield* SessionRepository
      const store = yield* ArchiveStore
      const { id } = yield* createSession({ userId: Option.none() }, Option.some(claimHash))
      yield* Effect.flatMap(SessionArchive, (archive) => archive.save(asAnonymous, id))
      const notSaved = new SavedSessionNotFoundError({ sessionId: id })
      const loadWhile = (of: SessionId, step: Effect.Effect<unknown>) =>
        Effect.flatMap(SessionArchive, (archive) => Effect.flip(archive.load(asBob, of))).pipe(
          Effect.provide(SessionArchive.layer),
          Effect.provideService(ArchiveStore, {
            ...store,
            load: (caller, id) => Effect.zipLeft(store.load(caller, id), step)
          })
        )
      const claimed = Effect.orDie(sessions.claim(alice, id, claimHash, now))
      assertEquals(yield* loadWhile(id, claimed), notSaved)
      const { id: other } = yield* createSession({ userId: Option.none() })
      yield* Effect.flatMap(SessionArchive, (archive) => archive.save(asAnonymous, other))
      const gone = Effect.orDie(sessions.remove(asNobody, other))
      assertEquals(yield* loadWhile(other, gone), new SavedSessionNotFoundError({ sessionId: other }))
    }).pipe(Effect.provide(layer))
  )

  it.effect("shows nobody the sessions and files of somebody else", () =>
    Effect.gen(function* () {
      const archive = yield* SessionArchive
      const id = yield* talkOfAlice
      yield* archive.save(asAlice, id)
      const notFound = new SessionNotFoundError({ sessionId: id })
      const notSaved = new SavedSessionNotFoundError({ sessionId: id })
      for (const caller of [asBob, asAnonymous]) {
        assertEquals(yield* Effect.flip(archive.save(caller, id)), notFound)
        assertEquals(yield* Effect.flip(archive.export(caller, id)), notFound)
        assertEquals(yield* Effect.flip(archive.load(caller, id)), notSaved)
        assertEquals(yield* Effect.flip(archive.remove(caller, id)), notSaved)
      }
      assert.strictEqual(yield* archive.count(asBob, {}), 0)
      assert.strictEqual(yield* archive.count(asAlice, {}), 1)
      assert.strictEqual((yield* archive.list(asAlice, { limit: 10 })).sessions[0]?.sessionId, id)
      yield* archive.remove(asAlice, id)
      assert.strictEqual(yield* archive.count(asAlice, {}), 0)
      assert.instanceOf(yield* Effect.flip(archive.load(asNobody, noSessionId)), SavedSessionNotFoundError)
    }).pipe(Effect.provide(layer))
  )

  it.effect("exports all sessions of a user, without those that are gone when their turn comes", () =>
    Effect.gen(function* () {
      const archive = yield* SessionArchive
      const sessions = yield* SessionRepository
      const ids = yield* Effect.replicateEffect(talkOfAlice, 3)
      yield* talk(Option.none())
      const all = yield* archive.exportAll(asAlice, {})
      const [, second] = ids
      assert(second !== undefined)
      yield* sessions.remove(asAlice, second)
      const exported = yield* Stream.runCollect(all)
      assert.sameMembers(
        Array.from(exported, ({ session }) => session.id),
        ids.filter((id) => id !== second)
      )
    }).pipe(Effect.provide(layer))
  )

  it.effect("passes over a session that is removed between its id and its turn", () =>
    Effect.gen(function* () {
      const archive = yield* SessionArchive
      const exported = yield* Effect.flatMap(archive.exportAll(asAlice, {}), Stream.runCollect)
      assert.strictEqual(exported.length, 0)
    }).pipe(
      Effect.provide(
        SessionArchive.layer.pipe(
          Layer.provide([
            ArchiveStoreInMemory.layer,
            Layer.succeed(ArchiveRepository, {
              read: (_, sessionId) => new SessionNotFoundError({ sessionId }),
              ids: () => Stream.make(noSessionId),
              restore: () => Effect.succeedNone
            })
          ])
        )
      )
    )
  )

  it.effect("lists, counts and exports all for nobody in particular not at all", () =>
    Effect.gen(function* () {
      const archive = yield* SessionArchive
      for (const asked of [
        Effect.asVoid(archive.list(asAnonymous, { limit: 10 })),
        Effect.asVoid(archive.count(asAnonymous, {})),
        Effect.asVoid(archive.exportAll(asAnonymous, {}))
      ]) {
        assert.instanceOf(yield* Effect.flip(asked), UnauthorizedError)
      }
    }).pipe(Effect.provide(layer))
  )
})
