import { FileSystem } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { assert, it } from "@effect/vitest"
import { AgentName, ArchiveStore, type SavedSessionQuery } from "@workspace/domain"
import { Effect } from "effect"
import { snapshotOf } from "./archived-sessions.ts"
import { freshDirectory, onDirectory, save, trusted, withStore } from "./store.ts"
import { empty, instant, talk } from "./talks.ts"
import { jsonOf } from "./texts.ts"

/** Each is a minute younger than the one before, but for the last two, which are of the same instant. */
const saved = Array.from({ length: 10 }, (_, index) =>
  talk(`n${index}`, [], {
    updatedAt: instant(Math.min(index, 8)),
    status: index % 2 === 0 ? "active" : "completed",
    agent: AgentName.make(index < 3 ? "guide" : "nerin"),
    metadata: index === 4 ? { productName: "journal" } : {}
  })
)

it.live("lists newest first, then by id, page by page, and what is asked for alone", () =>
  withStore(() =>
    Effect.gen(function* () {
      const store = yield* ArchiveStore
      yield* Effect.forEach(saved, (archived) => save(snapshotOf(archived)), { discard: true })
      const list = (query: Partial<SavedSessionQuery>) =>
        Effect.map(store.list(trusted, { limit: 50, ...query }), ({ count, nextCursor, sessions }) => ({
          count,
          nextCursor,
          places: sessions.map(({ sessionId }) => saved.findIndex(({ session }) => session.id === sessionId))
        }))
      assert.deepStrictEqual((yield* list({})).places, [9, 8, 7, 6, 5, 4, 3, 2, 1, 0])
      const first = yield* list({ limit: 1 })
      const second = yield* list({ limit: 8, ...(first.nextCursor !== null && { cursor: first.nextCursor }) })
      const third = yield* list({
        limit: 8,
        ...(second.nextCursor !== null && { cursor: second.nextCursor })
      })
      assert.deepStrictEqual(
        [first, second, third].map(({ places }) => places),
        [[9], [8, 7, 6, 5, 4, 3, 2, 1], [0]]
      )
      assert.deepStrictEqual([first.count, second.count, third.count, third.nextCursor], [10, 10, 10, null])
      assert.deepStrictEqual((yield* list({ offset: 7 })).places, [2, 1, 0])
      const filters: ReadonlyArray<readonly [Partial<SavedSessionQuery>, ReadonlyArray<number>]> = [
        [{ status: "completed" }, [9, 7, 5, 3, 1]],
        [{ agent: AgentName.make("guide") }, [2, 1, 0]],
        [{ productName: "journal" }, [4]],
        [{ minCompletion: 1 }, [9, 7, 5, 3, 1]],
        [{ maxCompletion: 99 }, [8, 6, 4, 2, 0]],
        [{ updatedAfter: instant(8) }, [9, 8]],
        [{ updatedBefore: instant(1) }, [1, 0]],
        [{ createdAfter: instant(1) }, []],
        [{ createdBefore: instant(0), status: "active", agent: AgentName.make("guide") }, [2, 0]]
      ]
      for (const [query, places] of filters) assert.deepStrictEqual((yield* list(query)).places, places)
    })
  )
)

it.live("lists at once go through the directory together, and miss nothing that was there before", () =>
  Effect.gen(function* () {
    const directory = yield* freshDirectory
    const real = yield* FileSystem.FileSystem
    let rounds = 0
    const counting = FileSystem.make({
      ...real,
      readDirectory: (path) =>
        Effect.suspend(() => {
          rounds += 1
          return real.readDirectory(path)
        })
    })
    yield* Effect.gen(function* () {
      const store = yield* ArchiveStore
      const count = Effect.map(store.list(trusted, { limit: 1 }), (list) => list.count)
      const before = rounds
      const first = yield* Effect.fork(count)
      yield* Effect.yieldNow()
      yield* real.makeDirectory(directory)
      yield* real.writeFileString(`${directory}/${empty.session.id}.json`, yield* jsonOf(empty))
      const counts = yield* Effect.all(
        Array.from({ length: 50 }, () => count),
        { concurrency: "unbounded" }
      )
      yield* first
      assert.deepStrictEqual(
        counts,
        Array.from({ length: 50 }, () => 1)
      )
      assert.isAtMost(rounds - before, 3)
    }).pipe(onDirectory(directory), Effect.provideService(FileSystem.FileSystem, counting))
  }).pipe(Effect.scoped, Effect.provide(NodeContext.layer))
)
