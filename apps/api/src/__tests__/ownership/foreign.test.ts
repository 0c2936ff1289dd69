import { assert, layer as itWithLayer } from "@effect/vitest"
import { Database } from "@workspace/database"
import { layerPostgres } from "@workspace/database/test-utils"
import { Context, Effect, Layer, Struct } from "effect"
import { posting, type Reply } from "../../test-utils/exchange.ts"
import * as IdentityOfTest from "../../test-utils/identity-of-test.ts"
import { operationsOnSessions } from "../../test-utils/open-api-operations.ts"
import { requests } from "../../test-utils/requests.ts"
import * as ScriptedSessions from "../../test-utils/scripted-sessions.ts"
import * as ServerInMemory from "../../test-utils/server-in-memory.ts"
import { callerOf, startAnonymous } from "./callers.ts"

/** How many statements the database has got. */
class Statements extends Context.Tag("Statements")<Statements, { count: number }>() {}

const layerCounted = Layer.effect(
  Database,
  Effect.gen(function* () {
    const database = yield* Database
    const statements = yield* Statements
    return {
      ...database,
      query: (run) =>
        Effect.suspend(() => {
          statements.count += 1
          return database.query(run)
        })
    }
  })
).pipe(Layer.provide(layerPostgres), Layer.provideMerge(Layer.sync(Statements, () => ({ count: 0 }))))

const server = ServerInMemory.layerServer(ScriptedSessions.layer, { identity: IdentityOfTest.layer }).pipe(
  Layer.provideMerge(layerCounted)
)

const ofSameForm = (id: string) => `${id.slice(0, -1)}${id.endsWith("A") ? "B" : "A"}`

/** All that an answer tells. */
const told = ({ headers, status, text }: Reply, id: string) => ({
  status,
  text: text.replaceAll(id, "<id>"),
  headers: Struct.omit(headers, "x-request-id", "date")
})

const setUp = Effect.gen(function* () {
  const alice = yield* callerOf("alice")
  const [own, anonymous] = [yield* alice.create, yield* startAnonymous]
  yield* alice.send(posting(`/api/sessions/${own}/messages`, { role: "user", content: "hello" }))
  const claimed = yield* alice.claim(anonymous.sessionId, anonymous.claimToken)
  assert.strictEqual(claimed.status, 200)
  for (const sessionId of [own, anonymous.sessionId])
    assert.strictEqual((yield* alice.send(posting("/api/session/save", { sessionId }))).status, 201)
  const load = Effect.forEach([own, anonymous.sessionId], (id) => alice.send({ path: `/api/sessions/${id}` }))
  return {
    ids: [own, anonymous.sessionId],
    load: Effect.map(load, (replies) => replies.map(({ text }) => text))
  }
})

itWithLayer(server, { excludeTestServices: true, timeout: "60 seconds" })(
  "a session of somebody else",
  (it) => {
    it.effect.each(operationsOnSessions)("is answered like a missing one by %s, byte for byte", (operation) =>
      Effect.gen(function* () {
        const request = requests[operation]
        assert(request !== undefined, "a request for this operation has to be written")
        const statements = yield* Statements
        const { ids, load } = yield* setUp
        const before = yield* load
        for (const [caller, status] of [
          [yield* callerOf("bob"), 404],
          [yield* callerOf(), operation === "claimSession" ? 401 : 404]
        ] as const) {
          for (const id of ids) {
            for (const tag of [undefined, "*", '"v1-0"', '"v2-1"', '"v4-2"']) {
              const headers = tag === undefined ? {} : { "if-match": tag, "if-none-match": tag }
              const answerTo = Effect.fnUntraced(function* (sessionId: string) {
                const exchange = request(sessionId)
                statements.count = 0
                const reply = yield* caller.send({
                  ...exchange,
                  headers: { ...exchange.headers, ...headers }
                })
                return { ...told(reply, sessionId), statements: statements.count }
              })
              const foreign = yield* answerTo(id)
              assert.strictEqual(foreign.status, status, foreign.text)
              assert.deepStrictEqual(foreign, yield* answerTo(ofSameForm(id)))
            }
          }
        }
        assert.deepStrictEqual(yield* load, before)
      })
    )

    it.effect.each(["appendMessage", "sendMessage", "claimSession"])(
      "is answered like a missing one by %s under a key that was used for it",
      (operation) =>
        Effect.gen(function* () {
          const request = requests[operation]
          assert(request !== undefined)
          const alice = yield* callerOf("alice")
          const headers = { "idempotency-key": `used before ${operation}` }
          for (const [caller, status] of [
            [yield* callerOf("bob"), 404],
            [yield* callerOf(), operation === "claimSession" ? 401 : 404]
          ] as const) {
            const { claimToken, sessionId } = yield* startAnonymous
            const first = posting(
              `/api/sessions/${sessionId}/messages`,
              { role: "user", content: "first" },
              headers
            )
            assert.strictEqual((yield* caller.send(first)).status, 201)
            const answerTo = Effect.fnUntraced(function* (id: string) {
              const exchange = request(id)
              return told(
                yield* caller.send({ ...exchange, headers: { ...exchange.headers, ...headers } }),
                id
              )
            })
            assert.notInclude([200, 201, 404], (yield* answerTo(sessionId)).status)
            assert.strictEqual((yield* alice.claim(sessionId, claimToken)).status, 200)
            const foreign = yield* answerTo(sessionId)
            assert.strictEqual(foreign.status, status, foreign.text)
            assert.deepStrictEqual(foreign, yield* answerTo(ofSameForm(sessionId)))
          }
        })
    )

    it.effect("is in nobody's list but its owner's", () =>
      Effect.gen(function* () {
        const { ids } = yield* setUp
        yield* startAnonymous
        for (const query of ["", "?q=mine", "?q=hello"]) {
          const { body } = yield* (yield* callerOf("carol")).send({ path: `/api/sessions${query}` })
          assert.deepStrictEqual(body, { sessions: [], count: 0, nextCursor: null })
        }
        const { text } = yield* (yield* callerOf("alice")).send({ path: "/api/sessions?limit=200" })
        for (const id of ids) assert.include(text, id)
      })
    )
  }
)

const answers: Readonly<Record<string, ReadonlyArray<number>>> = {
  // The token in the request is not the session's, and nobody cannot claim at all.
  claimSession: [401, 403],
  // Nothing is scored.
  getResults: [400]
}

itWithLayer(server, { excludeTestServices: true, timeout: "60 seconds" })("a session of nobody", (it) => {
  it.effect.each(operationsOnSessions)("is open by its id to everybody for %s", (operation) =>
    Effect.gen(function* () {
      const request = requests[operation]
      assert(request !== undefined, "a request for this operation has to be written")
      for (const caller of [yield* callerOf(), yield* callerOf("alice"), yield* callerOf("bob")]) {
        const { claimToken, sessionId } = yield* startAnonymous
        yield* caller.send(posting("/api/session/save", { sessionId }))
        const { status, text } = yield* caller.send(request(sessionId))
        assert.include(answers[operation] ?? [200, 201, 204], status, text)
        assert.notInclude(text, claimToken)
        assert.notMatch(text, /claim(?:Token|Hash|_hash)/)
      }
    })
  )
})
