import { assert, layer as itWithLayer } from "@effect/vitest"
import { assertEquals } from "@effect/vitest/utils"
import {
  ArchiveRepository,
  ForkRepository,
  Message,
  MessageContent,
  SessionId,
  SessionNotFoundError,
  type SessionRepository
} from "@workspace/domain"
import { archivedWith, asNobody, createTestSession } from "@workspace/domain/test-utils"
import { sql } from "drizzle-orm"
import { Array, Effect, Layer, Option, Ref } from "effect"
import { Database } from "../client.ts"
import * as ArchiveRepositoryPg from "../repositories/archive-repository.ts"
import * as ForkRepositoryPg from "../repositories/fork-repository.ts"
import * as SessionRepositoryPg from "../repositories/session-repository.ts"
import { layerEmbeddedInMemory, layerPostgres } from "../test-utils/layers.ts"
import { append, contentsOf, newSession, now, read } from "./conversations.ts"

const layer = Layer.mergeAll(ArchiveRepositoryPg.layer, ForkRepositoryPg.layer, SessionRepositoryPg.layer)

/** The same on every database. */
const describeTexts = <E>(name: string, database: Layer.Layer<Database, E>) =>
  itWithLayer(layer.pipe(Layer.provideMerge(database)), {
    timeout: "60 seconds",
    excludeTestServices: true
  })(`texts that are kept, on ${name}`, (it) => {
    it.scoped("show at once what another process wrote", () =>
      Effect.gen(function* () {
        const { here, id, there } = yield* newSession
        for (let n = 1; n <= 4; n++) {
          yield* append(n % 2 === 0 ? here : there, id, n)
          for (const repository of [here, there]) {
            const { messages, session } = yield* read(repository, id)
            assert.deepStrictEqual({ ...(yield* here.load(asNobody, id)) }, { messages, session })
          }
        }
        yield* there.setStatus(asNobody, id, "paused", now)
        assert.strictEqual((yield* read(here, id)).session.status, "paused")
        yield* there.remove(asNobody, id)
        assertEquals(
          yield* Effect.flip(here.loadText(asNobody, id, "whole")),
          new SessionNotFoundError({ sessionId: id })
        )
      })
    )

    it.scoped("are not those of a session that was removed and came back under its id", () =>
      Effect.gen(function* () {
        const { here, id, there } = yield* newSession
        const archive = yield* ArchiveRepository
        const plain = archivedWith(3)
        for (const word of ["first", "second"]) {
          const archived = {
            ...plain,
            messages: plain.messages.map(
              (message) =>
                new Message({ ...message, content: MessageContent.make(`${word} ${message.sequence}`) })
            )
          }
          yield* there.remove(asNobody, id)
          yield* archive.restore(archived, { id, owner: Option.none(), now })
          assert.deepStrictEqual(contentsOf(yield* read(here, id)), [`${word} 1`, `${word} 2`, `${word} 3`])
          assert.deepStrictEqual(contentsOf(yield* read(there, id)), [`${word} 1`, `${word} 2`, `${word} 3`])
        }
        // With another first message and more of them, but the same count at first.
        yield* there.remove(asNobody, id)
        yield* there.create(createTestSession({ id }), Option.none())
        assert.deepStrictEqual(contentsOf(yield* read(here, id)), [])
        for (let n = 1; n <= 4; n++) yield* append(there, id, n)
        assert.deepStrictEqual(contentsOf(yield* read(here, id)), ["text 1", "text 2", "text 3", "text 4"])
      })
    )

    it.scoped("are those of a fork alone", () =>
      Effect.gen(function* () {
        const { here, id, there } = yield* newSession
        const forks = yield* ForkRepository
        yield* append(here, id, 1)
        yield* append(here, id, 2)
        yield* read(here, id)
        const fork = yield* forks.fork(asNobody, {
          id: SessionId.make(`${id}-fork`),
          from: id,
          atSequence: 1,
          now
        })
        yield* append(there, fork.id, 3, "only in the fork")
        assert.deepStrictEqual(contentsOf(yield* read(here, fork.id)), ["text 1", "only in the fork"])
        assert.deepStrictEqual(contentsOf(yield* read(here, id)), ["text 1", "text 2"])
      })
    )

    it.scoped("are whole while others write, and never behind what was stored", () =>
      Effect.gen(function* () {
        const { here, id, there } = yield* newSession
        const stored = yield* Ref.make(0)
        const write = Effect.forEach(Array.range(1, 60), (n) =>
          Effect.tap(append(there, id, n), ({ sequence }) => Ref.set(stored, sequence))
        )
        const reader = (repository: SessionRepository["Type"]) =>
          Effect.repeat(
            Effect.gen(function* () {
              const before = yield* Ref.get(stored)
              const { messages, session } = yield* read(repository, id)
              assert.isAtLeast(messages.length, before)
              assert.strictEqual(session.messageCount, messages.length)
              assert.deepStrictEqual(
                messages.map(({ content }) => content.valueOf()),
                Array.makeBy(messages.length, (n) => `text ${n + 1}`).slice(0, messages.length)
              )
              return messages.length
            }),
            { until: (count) => count === 60 }
          )
        yield* Effect.all([write, reader(here), reader(there), reader(here)], { concurrency: "unbounded" })
      })
    )

    it.scoped("stay good when a vacuum freezes the rows", () =>
      Effect.gen(function* () {
        const { here, id } = yield* newSession
        const { client, query } = yield* Database
        yield* append(here, id, 1)
        const before = yield* here.loadText(asNobody, id, "whole")
        yield* query(() => client.execute(sql`vacuum (freeze) sessions, messages`))
        assert.strictEqual((yield* here.loadText(asNobody, id, "whole")).bytes, before.bytes)
      })
    )
  })

describeTexts("the embedded database", layerEmbeddedInMemory)
describeTexts("a PostgreSQL server", layerPostgres)
