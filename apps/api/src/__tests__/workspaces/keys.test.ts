import { assert } from "@effect/vitest"
import { Array, Effect } from "effect"
import { ask, posting } from "../../test-utils/exchange.ts"
import { git, makeRepository } from "../../test-utils/git-repository.ts"
import { asCreated, workspaceCaller } from "../../test-utils/workspace-caller.ts"
import { onEveryStore, rootAt } from "../../test-utils/workspace-stores.ts"
import { askTwice, askTwiceAnew, isReplay } from "../idempotency/asking.ts"
import { by, layerIdentity, newKey, under } from "../idempotency/callers.ts"

const aliceOf = (exchange: Parameters<typeof ask>[0]) => by("alice", exchange)
const alice = workspaceCaller((exchange) => ask(aliceOf(exchange)))
const creating = (fields: object) => aliceOf(posting("/api/workspaces", fields))

onEveryStore("the creation of a workspace under a key", (it, serverOf) => {
  it.scoped("is done once, however often and at how many places at once it is asked for", () =>
    Effect.gen(function* () {
      const root = yield* makeRepository
      yield* Effect.gen(function* () {
        const exchange = under(newKey(), creating({ name: "once" }))
        const copies = yield* Effect.replicateEffect(ask(exchange), 8, { concurrency: "unbounded" })
        const made = yield* asCreated(yield* ask(exchange))
        for (const { status, text } of copies) assert.deepStrictEqual([status, JSON.parse(text)], [201, made])
        assert.lengthOf(
          copies.filter((copy) => !isReplay(copy)),
          1
        )
        assert.deepStrictEqual((yield* alice.list).sessions, [made])
        assert.lengthOf((yield* git(root, "worktree", "list")).split("\n"), 2)

        const other = yield* ask(
          under(exchange.headers?.["idempotency-key"] ?? "", creating({ name: "other" }))
        )
        assert.deepInclude(other.body, { _tag: "IdempotencyMismatchError", status: 422 })

        // Two without a name are two.
        const [one, two] = yield* Effect.forEach(Array.makeBy(2, newKey), (key) =>
          Effect.flatMap(ask(under(key, creating({}))), asCreated)
        )
        assert.notStrictEqual(one?.name, two?.name)
      }).pipe(Effect.provide(serverOf(rootAt(root), { identity: layerIdentity })))
    })
  )

  it.scoped("is answered as it was then, also when the workspace or its conversation is gone", () =>
    Effect.gen(function* () {
      const root = yield* makeRepository
      yield* Effect.gen(function* () {
        const exchange = under(newKey(), creating({ name: "gone" }))
        const made = yield* asCreated(yield* askTwice(exchange))
        const deleted = yield* ask(aliceOf({ method: "DELETE", path: `/api/sessions/${made.sessionId}` }))
        assert.strictEqual(deleted.status, 204)
        const [first, again] = [yield* ask(exchange), yield* ask(exchange)]
        assert.deepStrictEqual([isReplay(first), first.body, again.text], [true, made, first.text])
        assert.deepInclude(yield* alice.get(made.id), { sessionId: null })
        yield* alice.destroy(made.id)
        assert.deepStrictEqual(yield* asCreated(yield* ask(exchange)), made)
        assert.deepStrictEqual((yield* alice.list).sessions, [])
      }).pipe(Effect.provide(serverOf(rootAt(root), { identity: layerIdentity })))
    })
  )

  it.scoped("is tried again as long as it is refused, and then done once", () =>
    Effect.gen(function* () {
      const root = yield* makeRepository
      yield* Effect.gen(function* () {
        const first = yield* alice.create()
        const exchange = under(newKey(), creating({ name: "second" }))
        for (const { body } of yield* askTwiceAnew(exchange)) assert.propertyVal(body, "code", "MAX_SESSIONS")
        yield* alice.destroy(first.id)
        const made = yield* asCreated(yield* askTwice(exchange))
        assert.deepStrictEqual((yield* alice.list).sessions, [made])
      }).pipe(Effect.provide(serverOf(rootAt(root, 1), { identity: layerIdentity })))
    })
  )

  it.scoped("is nobody else's: the same key of others makes others, and nobody has none", () =>
    Effect.gen(function* () {
      const root = yield* makeRepository
      yield* Effect.gen(function* () {
        const key = newKey()
        const made = yield* asCreated(yield* ask(under(key, creating({}))))
        const others = yield* asCreated(
          yield* askTwice(by("bob", under(key, posting("/api/workspaces", {}))))
        )
        assert.notStrictEqual(others.id, made.id)
        assert.strictEqual(others.userId, "bob")
        for (const { status } of yield* askTwiceAnew(under(key, posting("/api/workspaces", {})))) {
          assert.strictEqual(status, 401)
        }
      }).pipe(Effect.provide(serverOf(rootAt(root), { identity: layerIdentity })))
    })
  )
})
