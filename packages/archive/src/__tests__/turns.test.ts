import { FileSystem } from "@effect/platform"
import { assert, it } from "@effect/vitest"
import {
  type ArchivedSession,
  ArchiveStore,
  Session,
  SessionId,
  type SessionSnapshot,
  UserId
} from "@workspace/domain"
import { Deferred, Effect, Either, Fiber, Option, Stream } from "effect"
import { savedForOf } from "../store/owner.ts"
import { snapshotOf } from "./archived-sessions.ts"
import {
  alice,
  anonymous,
  asAlice,
  asBob,
  firstPage,
  onDirectory,
  save,
  trusted,
  withStore
} from "./store.ts"
import { instant, nerin } from "./talks.ts"
import { jsonOf } from "./texts.ts"

const { id } = nerin.session

const changedAt = (seconds: number, fields: Partial<Session> = {}): ArchivedSession => ({
  ...nerin,
  session: new Session({ ...nerin.session, ...fields, updatedAt: instant(seconds) })
})

/** A session that is read as it is at one moment, and whose messages come when they are let through. */
const held = Effect.fnUntraced(function* (archived: ArchivedSession) {
  const isRead = yield* Deferred.make<void>()
  const gate = yield* Deferred.make<void>()
  const snapshot = snapshotOf(archived)
  const slow: SessionSnapshot = {
    ...snapshot,
    messages: Stream.concat(Stream.fromEffect(Deferred.await(gate)).pipe(Stream.drain), snapshot.messages)
  }
  return {
    isRead: Deferred.await(isRead),
    go: Deferred.succeed(gate, undefined),
    read: Effect.as(Deferred.succeed(isRead, undefined), slow)
  }
})

const stored = Effect.flatMap(ArchiveStore, (store) =>
  Effect.map(store.load(trusted, id), ({ session }) => session.updatedAt.epochMillis)
)

it.live("a session is read when its turn has come, so that the later state is the last", () =>
  withStore(() =>
    Effect.gen(function* () {
      const store = yield* ArchiveStore
      const first = yield* held(changedAt(10_000))
      let state = changedAt(10_001)
      const saving = yield* Effect.fork(store.save(id, first.read))
      yield* first.isRead
      const next = yield* Effect.fork(
        store.save(
          id,
          Effect.sync(() => snapshotOf(state))
        )
      )
      yield* Effect.sleep(0)
      state = changedAt(10_002)
      yield* first.go
      yield* Fiber.joinAll([saving, next])
      assert.strictEqual(yield* stored, instant(10_002).epochMillis)
    })
  )
)

it.live("a running save does not bring back what is removed", () =>
  withStore((directory) =>
    Effect.gen(function* () {
      const store = yield* ArchiveStore
      const files = yield* FileSystem.FileSystem
      yield* save(snapshotOf(nerin))
      const { go, isRead, read } = yield* held(changedAt(10_000))
      const saving = yield* Effect.fork(store.save(id, read))
      yield* isRead
      const removing = yield* Effect.fork(store.remove(trusted, id))
      yield* Effect.sleep(0)
      yield* go
      yield* Fiber.join(saving)
      yield* Fiber.join(removing)
      assert.deepStrictEqual(yield* files.readDirectory(directory), [])
    })
  )
)

it.live("what another process has saved meanwhile stays where it is later, or has got an owner", () =>
  withStore((directory) =>
    Effect.gen(function* () {
      const store = yield* ArchiveStore
      const between = (mine: ArchivedSession, theirs: ArchivedSession) =>
        Effect.gen(function* () {
          const { go, isRead, read } = yield* held(mine)
          const saving = yield* Effect.fork(store.save(id, read))
          yield* isRead
          yield* save(snapshotOf(theirs)).pipe(onDirectory(directory))
          yield* go
          return [(yield* Fiber.join(saving)).updatedAt.epochMillis, yield* stored]
        })
      const [early, late] = [instant(10_000).epochMillis, instant(10_001).epochMillis]
      assert.deepStrictEqual(yield* between(changedAt(10_000), changedAt(10_001)), [late, late])
      assert.deepStrictEqual(yield* between(changedAt(10_001), changedAt(10_000)), [late, late])
      const hers = changedAt(10_001, { userId: Option.some(alice) })
      yield* between(changedAt(10_001), hers)
      assert.deepStrictEqual(yield* store.ownerOf(asAlice, id), Option.some(alice))
      // What was there before is older, whatever it says: the session is back as it was.
      yield* save(snapshotOf(changedAt(10_000)))
      assert.strictEqual(yield* stored, early)
    })
  )
)

it.live("a file is renewed where there is one, also a damaged one", () =>
  withStore((directory) =>
    Effect.gen(function* () {
      const store = yield* ArchiveStore
      const files = yield* FileSystem.FileSystem
      const hers = Effect.succeed(snapshotOf(changedAt(10_000, { userId: Option.some(alice) })))
      assert.deepStrictEqual(yield* store.renew(id, hers), Option.none())
      assert.isFalse(yield* files.exists(directory))
      for (const before of ["", '{"saved_for":null,', yield* jsonOf(nerin)]) {
        yield* files.makeDirectory(directory, { recursive: true })
        yield* files.writeFileString(`${directory}/${id}.json`, before)
        assert.isTrue(Option.isSome(yield* store.renew(id, hers)))
        assert.deepStrictEqual(yield* store.ownerOf(asAlice, id), Option.some(alice))
        assert.deepStrictEqual(yield* store.ownerOf(trusted, id), Option.none())
        for (const caller of [asBob, anonymous]) {
          assert.isTrue(Either.isLeft(yield* Effect.either(store.ownerOf(caller, id))))
        }
      }
    })
  )
)

it.live("of a foreign file no more is read than how it begins", () =>
  withStore((directory) =>
    Effect.gen(function* () {
      const store = yield* ArchiveStore
      const files = yield* FileSystem.FileSystem
      yield* files.makeDirectory(directory)
      const file = `${directory}/${id}.json`
      yield* files.writeFileString(file, `{"saved_for": "${savedForOf(Option.some(alice))}",`)
      // Whoever reads it as a whole is told that it is too large, and not whose it is.
      yield* files.truncate(file, 300_000_000)
      assert.strictEqual((yield* Effect.flip(store.load(asBob, id)))._tag, "SavedSessionNotFoundError")
      assert.strictEqual((yield* Effect.flip(store.remove(asBob, id)))._tag, "SavedSessionNotFoundError")
      yield* store.remove(asAlice, id)
      assert.isFalse(yield* files.exists(file))
    })
  )
)

it.live("where letters are not told apart the file of another session is neither given nor replaced", () =>
  withStore((directory) =>
    Effect.gen(function* () {
      const store = yield* ArchiveStore
      const files = yield* FileSystem.FileSystem
      yield* save(snapshotOf(nerin))
      // As such a file system would find it.
      const other = SessionId.make(id.toUpperCase())
      yield* files.copyFile(`${directory}/${id}.json`, `${directory}/${other}.json`)
      const session = new Session({ ...nerin.session, id: other })
      assert.strictEqual(
        (yield* Effect.flip(save({ ...snapshotOf(nerin), session })))._tag,
        "ArchiveUnavailableError"
      )
      for (const asked of [Effect.asVoid(store.load(trusted, other)), store.remove(trusted, other)]) {
        assert.strictEqual((yield* Effect.flip(asked))._tag, "SavedSessionNotFoundError")
      }
      assert.strictEqual((yield* store.list(trusted, firstPage)).count, 1)
    })
  )
)

it.live("what was saved of another owner's session of the same id is kept aside", () =>
  withStore((directory) =>
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      const ofUser = (userId: UserId) =>
        snapshotOf({ ...nerin, session: new Session({ ...nerin.session, userId: Option.some(userId) }) })
      yield* save(ofUser(alice))
      const hers = yield* files.readFileString(`${directory}/${id}.json`)
      yield* save(ofUser(UserId.make("bob")))
      const aside = (yield* files.readDirectory(directory)).filter((name) => name !== `${id}.json`)
      assert.deepStrictEqual(aside, [`${id}.json.${savedForOf(Option.some(alice))?.slice(0, 16)}`])
      assert.strictEqual(yield* files.readFileString(`${directory}/${aside[0]}`), hers)
    })
  )
)
