import { assert, describe, it } from "@effect/vitest"
import { assertEquals } from "@effect/vitest/utils"
import { DateTime, Effect, Layer, Option, TestClock } from "effect"
import { UnauthorizedError } from "../errors/identity.ts"
import { ThreadNotFoundError } from "../errors/thread.ts"
import { ThreadRepository } from "../ports/thread-repository.ts"
import { ThreadCatalog } from "../services/thread-catalog.ts"
import { alice, asAlice, asAnonymous, asBob } from "../test-utils/callers.ts"
import { createTestSession } from "../test-utils/create-test-session.ts"
import * as SessionRepositoryInMemory from "../test-utils/session-repository-in-memory/index.ts"
import * as ThreadRepositoryInMemory from "../test-utils/thread-repository-in-memory.ts"
import { Title } from "../types/session.ts"
import { ResourceId, ThreadId, ThreadOverview } from "../types/thread.ts"

const layer = ThreadCatalog.layer.pipe(
  Layer.provideMerge(ThreadRepositoryInMemory.layer),
  Layer.provide(SessionRepositoryInMemory.layer)
)

const key = { threadId: ThreadId.make("thread"), resourceId: ResourceId.make("resource") }
const session = createTestSession({ userId: Option.some(alice), title: Option.some(Title.make("Talk")) })
const page = { limit: 10, offset: 0 }

const opened = Effect.gen(function* () {
  const { thread } = yield* Effect.flatMap(ThreadRepository, (threads) => threads.open(asAlice, key, session))
  return ThreadOverview.of(thread, session)
})

describe("ThreadCatalog", () => {
  it.effect("shows a thread with what a list shows of its session", () =>
    Effect.gen(function* () {
      const catalog = yield* ThreadCatalog
      const thread = yield* opened
      assert.deepInclude(thread, { ...key, sessionId: session.id, title: session.title, messageCount: 0 })
      assert.deepStrictEqual(yield* catalog.get(asAlice, key), thread)
      const list = yield* catalog.list(asAlice, key.resourceId, page)
      assert.deepStrictEqual([list.sessions, list.count], [[thread], 1])
    }).pipe(Effect.provide(layer))
  )

  it.effect("changes the metadata as of now, and forgets the name", () =>
    Effect.gen(function* () {
      const catalog = yield* ThreadCatalog
      const thread = yield* opened
      yield* TestClock.adjust("1 hour")
      const changed = new ThreadOverview({ ...thread, metadata: { a: 1 }, updatedAt: yield* DateTime.now })
      assert.deepStrictEqual(yield* catalog.setMetadata(asAlice, key, { a: 1 }), changed)
      yield* catalog.remove(asAlice, key)
      assertEquals(yield* Effect.flip(catalog.get(asAlice, key)), new ThreadNotFoundError(key))
    }).pipe(Effect.provide(layer))
  )

  it.effect("needs a user, who finds its own threads only", () =>
    Effect.gen(function* () {
      const catalog = yield* ThreadCatalog
      yield* opened
      for (const attempt of [
        catalog.get(asAnonymous, key),
        catalog.list(asAnonymous, key.resourceId, page),
        catalog.setMetadata(asAnonymous, key, {}),
        catalog.remove(asAnonymous, key)
      ]) {
        assertEquals(yield* Effect.flip(attempt), new UnauthorizedError())
      }
      for (const attempt of [
        catalog.get(asBob, key),
        catalog.setMetadata(asBob, key, {}),
        catalog.remove(asBob, key)
      ]) {
        assertEquals(yield* Effect.flip(attempt), new ThreadNotFoundError(key))
      }
      assert.strictEqual((yield* catalog.list(asBob, key.resourceId, page)).count, 0)
    }).pipe(Effect.provide(layer))
  )
})
