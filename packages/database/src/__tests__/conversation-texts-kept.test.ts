import { assert, layer as itWithLayer } from "@effect/vitest"
import { type SessionId, SessionRepository } from "@workspace/domain"
import { asNobody } from "@workspace/domain/test-utils"
import { Context, Effect, Layer } from "effect"
import { Database } from "../client.ts"
import * as ConversationTexts from "../repositories/conversation-texts.ts"
import * as SessionRepositoryPg from "../repositories/session-repository.ts"
import { SessionStoreSettings } from "../session-store-settings.ts"
import { layerPostgres } from "../test-utils/layers.ts"
import { append, contentsOf, newSession, read } from "./conversations.ts"

/** A store that keeps so much, and how many statements it has sent. */
const counting = Effect.fnUntraced(function* (bytes: number) {
  const database = yield* Database
  const names: Array<string | undefined> = []
  const { loadText } = ConversationTexts.make(
    {
      ...database,
      send: (statement) => {
        names.push(statement.name)
        return database.send(statement)
      }
    },
    bytes
  )
  return {
    /** The statements that one read takes. */
    statementsOf: (id: SessionId) =>
      Effect.map(loadText(asNobody, id, "said"), () =>
        names.splice(0).map((name) => name?.slice("conversation_".length))
      )
  }
})

itWithLayer(SessionRepositoryPg.layer.pipe(Layer.provideMerge(layerPostgres)), {
  timeout: "60 seconds",
  excludeTestServices: true
})("what is kept of conversations", (it) => {
  const filled = Effect.fnUntraced(function* (characters: number) {
    const { here, id } = yield* newSession
    yield* append(here, id, 1, "x".repeat(characters))
    return id
  })

  it.scoped(
    "is what was read again, asked for with one statement, and what has come since with one more",
    () =>
      Effect.gen(function* () {
        const { statementsOf } = yield* counting(1_000_000)
        const { here, id } = yield* newSession
        assert.deepStrictEqual(yield* statementsOf(id), ["said"])
        assert.deepStrictEqual(yield* statementsOf(id), ["said"])
        assert.deepStrictEqual(yield* statementsOf(id), ["check"])
        yield* append(here, id, 1)
        assert.deepStrictEqual(yield* statementsOf(id), ["check", "said"])
        assert.deepStrictEqual(yield* statementsOf(id), ["check"])
      })
  )

  it.scoped("stays within its bound: the one that was read longest ago goes first", () =>
    Effect.gen(function* () {
      const { statementsOf } = yield* counting(100_000)
      const ids = yield* Effect.replicateEffect(filled(20_000), 5)
      const [first, second] = ids
      assert.isDefined(first)
      assert.isDefined(second)
      for (const id of ids.slice(0, 4)) yield* Effect.replicateEffect(statementsOf(id), 2)
      assert.deepStrictEqual(yield* statementsOf(first), ["check"])
      for (const id of ids.slice(4)) yield* Effect.replicateEffect(statementsOf(id), 2)
      assert.deepStrictEqual(yield* statementsOf(first), ["check"])
      assert.deepStrictEqual(yield* statementsOf(second), ["said"])
    })
  )

  it.scoped("is not pushed out by what is read once, of which no more is remembered than would be kept", () =>
    Effect.gen(function* () {
      const { statementsOf } = yield* counting(100_000)
      const [kept, ...others] = yield* Effect.replicateEffect(filled(20_000), 6)
      assert.isDefined(kept)
      yield* Effect.replicateEffect(statementsOf(kept), 2)
      for (let round = 0; round < 3; round++) {
        for (const other of others) assert.deepStrictEqual(yield* statementsOf(other), ["said"])
      }
      assert.deepStrictEqual(yield* statementsOf(kept), ["check"])
    })
  )

  it.scoped("is nothing of a conversation that would take more than a quarter", () =>
    Effect.gen(function* () {
      const { statementsOf } = yield* counting(100_000)
      const id = yield* filled(30_000)
      const read = yield* Effect.replicateEffect(statementsOf(id), 3)
      assert.deepStrictEqual(read, [["said"], ["said"], ["said"]])
    })
  )

  it.scoped("is nothing where nothing is to be kept", () =>
    Effect.gen(function* () {
      const none = Layer.succeed(SessionStoreSettings, { groupCommit: true, historyCacheBytes: 0 })
      const context = yield* Layer.build(Layer.fresh(SessionRepositoryPg.layer).pipe(Layer.provide(none)))
      const repository = Context.get(context, SessionRepository)
      const { statementsOf } = yield* counting(0)
      const id = yield* filled(1)
      assert.deepStrictEqual(contentsOf(yield* read(repository, id)), ["x"])
      const statements = yield* Effect.replicateEffect(statementsOf(id), 3)
      assert.deepStrictEqual(statements, [["said"], ["said"], ["said"]])
    })
  )
})
