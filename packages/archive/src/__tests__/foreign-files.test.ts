import { execFileSync } from "node:child_process"
import { FileSystem } from "@effect/platform"
import { assert, it } from "@effect/vitest"
import { ArchiveStore, SessionId } from "@workspace/domain"
import { Effect, Logger, Option } from "effect"
import { savedForOf } from "../store/owner.ts"
import { snapshotOf } from "./archived-sessions.ts"
import { alice, anonymous, asAlice, asBob, firstPage, save, trusted, withStore } from "./store.ts"
import { empty, nerin, sessionId } from "./talks.ts"
import { jsonOf } from "./texts.ts"

const problemsIn = (ids: ReadonlyArray<SessionId>) =>
  Effect.flatMap(ArchiveStore, (store) =>
    Effect.forEach(ids, (id) =>
      Effect.map(Effect.flip(store.load(trusted, id)), (error) =>
        error._tag === "UnreadableArchiveError" ? error.details.map((_) => _.message).join() : error._tag
      )
    )
  )

it.live(
  "what is no file of a saved session is passed over with one warning, and told of when it is loaded",
  () =>
    withStore((directory) =>
      Effect.gen(function* () {
        let warnings = 0
        const counting = Logger.replace(
          Logger.defaultLogger,
          Logger.make(({ logLevel }) => {
            if (logLevel._tag === "Warning") warnings += 1
          })
        )
        const store = yield* ArchiveStore
        const files = yield* FileSystem.FileSystem
        yield* save(snapshotOf(nerin))
        const put = (name: string, content: string | Uint8Array) =>
          files.writeFile(
            `${directory}/${name}.json`,
            typeof content === "string" ? Buffer.from(content) : content
          )
        const text = yield* jsonOf(nerin)
        yield* put("zero", "")
        yield* put("binary", Buffer.from([0x22, 0xff, 0x00, 0x22]))
        yield* put("foreign", '{"name":"x","version":"1.0.0"}')
        yield* put("wrong-id", text)
        yield* put("cut-off", text.slice(0, 900))
        yield* files.makeDirectory(`${directory}/folder.json`)
        yield* files.symlink(`${directory}/${nerin.session.id}.json`, `${directory}/link.json`)
        execFileSync("mkfifo", [`${directory}/pipe.json`])
        yield* put("not an id", text)
        yield* files.writeFileString(`${directory}/notes.txt`, "")
        const listed = Effect.map(store.list(trusted, firstPage), ({ sessions }) =>
          sessions.map((_) => _.sessionId)
        )
        yield* Effect.gen(function* () {
          assert.deepStrictEqual(yield* listed, [nerin.session.id])
          assert.strictEqual(warnings, 8)
          assert.deepStrictEqual(yield* listed, [nerin.session.id])
          assert.strictEqual(warnings, 8)
        }).pipe(Effect.provide(counting))
        const ids = ["zero", "binary", "foreign", "wrong-id", "cut-off", "folder", "link", "pipe", "none"]
        assert.deepStrictEqual(yield* problemsIn(ids.map((_) => SessionId.make(_))), [
          "must be JSON, and is empty",
          "must be UTF-8",
          "must be big-ocean-session",
          "must be the id in the file's name",
          "must be JSON: it is of another kind, or was cut off",
          "must be a plain file",
          "must be a plain file",
          "must be a plain file",
          "SavedSessionNotFoundError"
        ])
        assert.deepStrictEqual(yield* store.find(SessionId.make("zero")), Option.none())
      })
    )
)

it.live(
  "a damaged file exists for those whose it says it is; one that says nothing for trusted callers alone",
  () =>
    withStore((directory) =>
      Effect.gen(function* () {
        const store = yield* ArchiveStore
        const files = yield* FileSystem.FileSystem
        const put = (name: string, text: string) =>
          files.writeFileString(`${directory}/${sessionId(name)}.json`, text)
        yield* files.makeDirectory(directory)
        yield* put("hers", `{\n  "saved_for": "${savedForOf(Option.some(alice))}",\n  "format": "big-oc`)
        yield* put("nobodys", '{\n  "saved_for": null,\n')
        yield* put("unsaid", '{\n  "format":')
        yield* files.writeFileString(`${directory}/${empty.session.id}.json`, yield* jsonOf(empty))
        const tagOf = (caller: typeof asAlice | typeof anonymous | typeof trusted, name: string) =>
          Effect.map(Effect.either(store.load(caller, sessionId(name))), (_) =>
            _._tag === "Left" ? _.left._tag : "loaded"
          )
        const seen = yield* Effect.forEach([asAlice, asBob, anonymous, trusted], (caller) =>
          Effect.forEach(["hers", "nobodys", "unsaid", "empty"], (name) => tagOf(caller, name))
        )
        const [no, bad] = ["SavedSessionNotFoundError", "UnreadableArchiveError"]
        assert.deepStrictEqual(seen, [
          [bad, bad, no, no],
          [no, bad, no, no],
          [no, bad, no, no],
          [bad, bad, bad, "loaded"]
        ])
        yield* store.remove(asAlice, sessionId("hers"))
        yield* store.remove(trusted, sessionId("unsaid"))
        assert.strictEqual(yield* tagOf(trusted, "hers"), no)
      })
    )
)

it.live("a list notices what others put, changed and removed", () =>
  withStore((directory) =>
    Effect.gen(function* () {
      const store = yield* ArchiveStore
      const files = yield* FileSystem.FileSystem
      const counts = Effect.map(store.list(trusted, firstPage), ({ sessions }) =>
        sessions.map(({ messageCount }) => messageCount)
      )
      assert.deepStrictEqual(yield* counts, [])
      yield* save(snapshotOf(nerin))
      assert.deepStrictEqual(yield* counts, [nerin.messages.length])
      const file = `${directory}/${empty.session.id}.json`
      yield* files.writeFileString(file, yield* jsonOf(empty))
      assert.deepStrictEqual(yield* counts, [nerin.messages.length, 0])
      yield* files.writeFileString(file, "{}")
      assert.deepStrictEqual(yield* counts, [nerin.messages.length])
      yield* files.remove(`${directory}/${nerin.session.id}.json`)
      assert.deepStrictEqual(yield* counts, [])
    })
  )
)
