import { FileSystem } from "@effect/platform"
import { assert, it } from "@effect/vitest"
import { ArchiveStore, Session } from "@workspace/domain"
import { Effect, Option } from "effect"
import { snapshotOf } from "./archived-sessions.ts"
import { alice, anonymous, asAlice, asBob, firstPage, save, trusted, withStore } from "./store.ts"
import { empty, nerin } from "./talks.ts"
import { jsonOf } from "./texts.ts"

const ofAlice = () => {
  const { session, ...rest } = snapshotOf(nerin)
  return { ...rest, session: new Session({ ...session, userId: Option.some(alice), version: 7 }) }
}

it.live("gives back what was saved", () =>
  withStore((directory) =>
    Effect.gen(function* () {
      const store = yield* ArchiveStore
      const saved = yield* save(snapshotOf(nerin))
      assert.deepStrictEqual(yield* store.load(trusted, nerin.session.id), nerin)
      assert.deepStrictEqual(yield* store.find(nerin.session.id), Option.some(saved))
      assert.deepStrictEqual((yield* store.list(trusted, firstPage)).sessions, [saved])
      const files = yield* FileSystem.FileSystem
      const text = yield* files.readFileString(`${directory}/${nerin.session.id}.json`)
      assert.strictEqual(text, (yield* jsonOf(nerin)).replace("{\n", '{\n  "saved_for": null,\n'))
      const [folder, file] = yield* Effect.all([
        files.stat(directory),
        files.stat(`${directory}/${nerin.session.id}.json`)
      ])
      assert.deepStrictEqual([folder.mode & 0o777, file.mode & 0o777], [0o700, 0o600])
      assert.deepStrictEqual(yield* files.readDirectory(directory), [`${nerin.session.id}.json`])
    })
  )
)

it.live("a file exists for its owner and for trusted callers; that of nobody for all who know its id", () =>
  withStore(() =>
    Effect.gen(function* () {
      const store = yield* ArchiveStore
      yield* save(ofAlice())
      yield* save(snapshotOf(empty))
      for (const caller of [asAlice, trusted]) {
        assert.deepStrictEqual(yield* store.load(caller, nerin.session.id), nerin)
      }
      for (const caller of [asBob, anonymous]) {
        assert.strictEqual(
          (yield* Effect.flip(store.load(caller, nerin.session.id)))._tag,
          "SavedSessionNotFoundError"
        )
        assert.strictEqual(
          (yield* Effect.flip(store.remove(caller, nerin.session.id)))._tag,
          "SavedSessionNotFoundError"
        )
        assert.deepStrictEqual(yield* store.load(caller, empty.session.id), empty)
        assert.strictEqual((yield* store.list(caller, firstPage)).count, 0)
      }
      assert.strictEqual((yield* store.list(asAlice, firstPage)).count, 1)
      assert.strictEqual((yield* store.list(trusted, firstPage)).count, 2)
      yield* store.remove(asAlice, nerin.session.id)
      assert.strictEqual(
        (yield* Effect.flip(store.load(trusted, nerin.session.id)))._tag,
        "SavedSessionNotFoundError"
      )
      assert.strictEqual(
        (yield* Effect.flip(store.remove(trusted, nerin.session.id)))._tag,
        "SavedSessionNotFoundError"
      )
      assert.deepStrictEqual(yield* store.find(nerin.session.id), Option.none())
      yield* store.remove(anonymous, empty.session.id)
      assert.strictEqual((yield* store.list(trusted, firstPage)).count, 0)
    })
  )
)
