import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { posting } from "../../test-utils/exchange.ts"
import { asConversation, newCaller } from "../../test-utils/session-caller.ts"
import { onEveryStore } from "../../test-utils/stores.ts"
import { talk } from "./talk.ts"

const save = (sessionId: string) => posting("/session/save", { sessionId })
const load = (id: string) => ({ path: `/session/load/${id}` })
const forget = (id: string) => ({ method: "DELETE", path: `/session/${id}` })

onEveryStore("a saved session", (it) => {
  it.effect("is restored as it was when it is gone, and otherwise left alone", () =>
    Effect.gen(function* () {
      const alice = yield* newCaller
      const { file, id } = yield* talk(alice)
      const saved = yield* alice.api(save(id))
      assert.strictEqual(saved.status, 201, saved.text)
      assert.deepInclude(saved.body, {
        sessionId: id,
        title: "A talk",
        productName: "journal",
        messageCount: 3,
        questionCount: 1
      })
      const there = yield* alice.api(load(id))
      assert.strictEqual(there.headers.etag, (yield* alice.get(`/${id}`)).headers.etag)
      yield* alice.remove(`/${id}`)
      const restored = yield* alice.api(load(id))
      assert.strictEqual(restored.status, 200, restored.text)
      assert.deepInclude(restored.body, { id, userId: alice.userId, messageCount: 3 })
      assert.strictEqual(yield* alice.export(id), file)
      yield* alice.append(id, "and on")
      assert.deepInclude((yield* alice.api(load(id))).body, { messageCount: 4 })
    })
  )

  it.effect("is not restored by who asks for headers alone", () =>
    Effect.gen(function* () {
      const alice = yield* newCaller
      const { id } = yield* talk(alice)
      yield* alice.api(save(id))
      yield* alice.remove(`/${id}`)
      const asked = yield* alice.api({ ...load(id), method: "HEAD" })
      assert.strictEqual(asked.status, 405)
      assert.strictEqual(asked.headers["allow"], "GET")
      assert.strictEqual((yield* alice.get(`/${id}`)).status, 404)
      const other = yield* alice.api({ ...load(id), method: "PUT" })
      assert.strictEqual(other.headers["allow"], "GET")
      assert.strictEqual((yield* alice.api({ path: "/session/list", method: "HEAD" })).status, 200)
    })
  )

  it.effect("is listed, counted and forgotten, each user's own", () =>
    Effect.gen(function* () {
      const [alice, bob] = [yield* newCaller, yield* newCaller]
      const ids = yield* Effect.replicateEffect(
        Effect.gen(function* () {
          const { id } = yield* talk(alice)
          yield* alice.api(save(id))
          return id
        }),
        3
      )
      const list = yield* alice.api({ path: "/session/list?limit=2" })
      assert.propertyVal(list.body, "count", 3)
      assert.strictEqual(ids.filter((id) => list.text.includes(id)).length, 2)
      assert.notInclude(list.text, ids[0] ?? "")
      const count = (caller: typeof alice, query = "") =>
        Effect.map(caller.api({ path: `/session/count${query}` }), ({ body }) => body)
      assert.deepStrictEqual(yield* count(alice), { count: 3 })
      assert.deepStrictEqual(yield* count(alice, "?productName=journal&status=active"), { count: 3 })
      assert.deepStrictEqual(yield* count(alice, "?productName=other"), { count: 0 })
      assert.deepStrictEqual(yield* count(bob), { count: 0 })
      const [first = ""] = ids
      for (const exchange of [load(first), forget(first)]) {
        const { body, status } = yield* bob.api(exchange)
        assert.strictEqual(status, 404)
        assert.propertyVal(body, "_tag", "SavedSessionNotFoundError")
      }
      assert.strictEqual((yield* bob.api(save(first))).status, 404)
      assert.strictEqual((yield* alice.api(forget(first))).status, 204)
      assert.strictEqual((yield* alice.api(forget(first))).status, 404)
      assert.deepStrictEqual(yield* count(alice), { count: 2 })
      assert.strictEqual((yield* alice.get(`/${first}`)).status, 200)
    })
  )

  it.effect("does not take the place of another session", () =>
    Effect.gen(function* () {
      const [alice, bob] = [yield* newCaller, yield* newCaller]
      const { id, line } = yield* talk(alice)
      yield* alice.api(save(id))
      yield* alice.remove(`/${id}`)
      yield* bob.import(line)
      const { body, status } = yield* alice.api(load(id))
      assert.strictEqual(status, 409)
      assert.propertyVal(body, "_tag", "SessionExistsError")
      const { session } = yield* Effect.flatMap(bob.get(`/${id}`), asConversation)
      assert.strictEqual(session.userId, bob.userId)
    })
  )
})
