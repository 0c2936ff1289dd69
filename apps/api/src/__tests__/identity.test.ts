import { HttpApiClient, HttpClient, HttpClientRequest } from "@effect/platform"
import { assert, it } from "@effect/vitest"
import { BigOceanApi } from "@workspace/contracts"
import { MessageContent, UserId } from "@workspace/domain"
import { Array, Effect, Option, Struct } from "effect"
import { ask, posting } from "../test-utils/exchange.ts"
import { operationsOnSessions } from "../test-utils/open-api-operations.ts"
import { requests } from "../test-utils/requests.ts"
import * as ServerInMemory from "../test-utils/server-in-memory.ts"

const alice = UserId.make("alice")
const bob = UserId.make("bob")

const clientOf = (userId: UserId) =>
  HttpApiClient.make(BigOceanApi, {
    transformClient: HttpClient.mapRequest(HttpClientRequest.setHeader("x-user-id", userId))
  })
const clientOfNobody = HttpApiClient.make(BigOceanApi)

const ownerOf = Effect.fnUntraced(function* (sessionId: string) {
  const { body } = yield* ask({ path: `/api/assessment/sessions/${sessionId}` })
  return body
})

it.layer(ServerInMemory.layer)("without tokens", (it) => {
  it.scoped("a session belongs to the caller that names itself", () =>
    Effect.gen(function* () {
      const { assessment } = yield* clientOf(alice)
      for (const payload of [{}, { userId: alice }]) {
        const { sessionId } = yield* assessment.start({ payload })
        const { session } = yield* assessment.get({ path: { sessionId } })
        assert.deepStrictEqual(session.userId, Option.some(alice))
        assert.nestedPropertyVal(yield* ownerOf(sessionId), "session.userId", "alice")
      }
    })
  )

  it.scoped("a caller that names nobody starts sessions for whom it likes, or for nobody", () =>
    Effect.gen(function* () {
      const { assessment } = yield* clientOfNobody
      const owners = yield* Effect.forEach([{}, { userId: alice }], (payload) =>
        assessment.start({ payload }).pipe(
          Effect.flatMap(({ sessionId }) => assessment.get({ path: { sessionId } })),
          Effect.map(({ session }) => session.userId)
        )
      )
      assert.deepStrictEqual(owners, [Option.none(), Option.some(alice)])
    })
  )

  it.scoped("nobody starts a session for somebody else", () =>
    Effect.gen(function* () {
      const { assessment } = yield* clientOf(bob)
      const error = yield* Effect.flip(assessment.start({ payload: { userId: alice } }))
      assert(error._tag === "ForeignUserError")
      assert.deepStrictEqual([error.status, error.code, error.userId], [403, "FORBIDDEN", alice])
    })
  )

  it.scoped("an anonymous session is open to everybody who knows its id", () =>
    Effect.gen(function* () {
      const { sessionId } = yield* (yield* clientOfNobody).assessment.start({ payload: {} })
      for (const client of [yield* clientOf(alice), yield* clientOf(bob), yield* clientOfNobody]) {
        const { assessment } = client
        yield* assessment.message({ payload: { sessionId, message: MessageContent.make("hello") } })
      }
      const { session } = yield* (yield* clientOf(bob)).assessment.get({ path: { sessionId } })
      assert.deepStrictEqual([session.messageCount, session.userId], [6, Option.none()])
    })
  )

  it.scoped("a session of somebody else is answered like a missing one, byte for byte", () =>
    Effect.gen(function* () {
      const owner = yield* clientOf(alice)
      const { sessionId } = yield* owner.assessment.start({ payload: {} })
      yield* owner.assessment.message({ payload: { sessionId, message: MessageContent.make("mine") } })
      const missing = sessionId.replace(/\d$/, "x")

      const asBob = { "x-user-id": "bob" }
      const exchanges = (id: string) =>
        operationsOnSessions.flatMap((operation) => {
          const exchange = requests[operation]?.(id)
          return exchange === undefined ? [] : [{ ...exchange, headers: { ...exchange.headers, ...asBob } }]
        })
      assert.strictEqual(exchanges(sessionId).length, operationsOnSessions.length)
      const before = yield* owner.assessment.get({ path: { sessionId } })
      const foreign = yield* Effect.forEach(exchanges(sessionId), ask)
      const absent = yield* Effect.forEach(exchanges(missing), ask)
      for (const [theirs, nobodys] of Array.zip(foreign, absent)) {
        assert.strictEqual(theirs.status, 404)
        assert.strictEqual(theirs.text.replaceAll(sessionId, missing), nobodys.text)
        const told = ({ headers }: typeof theirs) => Struct.omit(headers, "x-request-id", "date")
        assert.deepStrictEqual(told(theirs), told(nobodys))
      }
      assert.deepStrictEqual(yield* owner.assessment.get({ path: { sessionId } }), before)
    })
  )

  it.scoped("a name that is none is refused, and not repeated", () =>
    Effect.gen(function* () {
      for (const name of ["", "x".repeat(256)]) {
        const reply = yield* ask(posting("/api/assessment/start", {}, { "x-user-id": name }))
        assert.strictEqual(reply.status, 400)
        assert.nestedPropertyVal(reply.body, "details[0].path", "x-user-id")
        assert.notInclude(reply.text, "xxx")
      }
      const longest = yield* ask(posting("/api/assessment/start", {}, { "x-user-id": "x".repeat(255) }))
      assert.strictEqual(longest.status, 201)
    })
  )

  it.effect.each([
    ["host", "evil.example"],
    ["host", "evil.example:3000"],
    ["host", "127.0.0.1.evil.example"],
    ["origin", "http://evil.example"],
    ["origin", "null"]
  ] as const)("a page of another site is refused: %s %s", ([name, value]) =>
    Effect.gen(function* () {
      const { body, status } = yield* ask(posting("/api/assessment/start", {}, { [name]: value }))
      assert.strictEqual(status, 400)
      assert.nestedPropertyVal(body, "details[0].path", name)
    })
  )

  it.effect.each([
    ["host", "localhost:3000"],
    ["host", "[::1]:3000"],
    ["origin", "http://localhost:5173"],
    ["origin", "http://127.0.0.1"]
  ] as const)("a page of this machine is not: %s %s", ([name, value]) =>
    Effect.gen(function* () {
      assert.strictEqual((yield* ask(posting("/api/assessment/start", {}, { [name]: value }))).status, 201)
    })
  )
})
