import { assert, it } from "@effect/vitest"
import { AgentScripted } from "@workspace/domain/test-utils"
import { Effect } from "effect"
import { posting } from "../../test-utils/exchange.ts"
import * as IdentityOfTest from "../../test-utils/identity-of-test.ts"
import { requests } from "../../test-utils/requests.ts"
import * as ServerInMemory from "../../test-utils/server-in-memory.ts"
import { asList, asSession } from "../../test-utils/session-caller.ts"
import { callerOf, startAnonymous } from "./callers.ts"

const server = ServerInMemory.layerServer(ServerInMemory.layerSessions(AgentScripted.says("Thank you.")), {
  identity: IdentityOfTest.layer
})

it.layer(server)("with tokens", (it) => {
  it.effect.each(["listThreads", "getThread", "setThreadMetadata", "deleteThread"])(
    "%s needs one",
    (operation) =>
      Effect.gen(function* () {
        const request = requests[operation]
        assert(request !== undefined)
        const nobody = yield* callerOf()
        const { body, status } = yield* nobody.send(request("resource"))
        assert.strictEqual(status, 401)
        assert.propertyVal(body, "code", "UNAUTHORIZED")
      })
  )

  it.effect("nobody forks with the same agent only", () =>
    Effect.gen(function* () {
      const [alice, nobody] = [yield* callerOf("alice"), yield* callerOf()]
      const { sessionId } = yield* startAnonymous
      const requestsWith = (fields: object) => [
        posting(`/api/sessions/${sessionId}/fork`, fields),
        posting("/api/chat/fork", { sessionId, message: "hello", ...fields })
      ]
      for (const request of requestsWith({ agent: "other" })) {
        const { body, headers, status } = yield* nobody.send(request)
        assert.strictEqual(status, 401)
        assert.propertyVal(body, "code", "UNAUTHORIZED")
        assert.strictEqual(headers["www-authenticate"], "Bearer")
      }
      for (const request of requestsWith({})) assert.isBelow((yield* nobody.send(request)).status, 300)
      for (const request of requestsWith({ agent: "other" })) {
        assert.isBelow((yield* alice.send(request)).status, 300)
      }
    })
  )

  it.effect("a fork is whose it was made by, and nobody's stays claimable", () =>
    Effect.gen(function* () {
      const [alice, bob, nobody] = [yield* callerOf("alice"), yield* callerOf("bob"), yield* callerOf()]
      const { claimToken, sessionId } = yield* startAnonymous
      const fork = (caller: typeof alice) =>
        Effect.flatMap(caller.send(posting(`/api/sessions/${sessionId}/fork`, {})), asSession)
      const [alices, nobodys] = [yield* fork(alice), yield* fork(nobody)]
      assert.strictEqual(alices.userId, "alice")
      assert.notProperty(nobodys, "userId")
      const statusFor = (caller: typeof alice, id: string) =>
        Effect.map(caller.send({ path: `/api/sessions/${id}` }), ({ status }) => status)
      assert.deepStrictEqual(
        yield* Effect.all([
          statusFor(alice, alices.id),
          statusFor(bob, alices.id),
          statusFor(nobody, alices.id)
        ]),
        [200, 404, 404]
      )
      const claimed = yield* bob.claim(nobodys.id, claimToken)
      assert.strictEqual(claimed.status, 200)
      assert.deepStrictEqual(
        yield* Effect.all([
          statusFor(bob, nobodys.id),
          statusFor(nobody, nobodys.id),
          statusFor(nobody, sessionId)
        ]),
        [200, 404, 200]
      )
      const forksOf = (caller: typeof alice) =>
        Effect.flatMap(caller.send({ path: `/api/sessions?parentId=${sessionId}` }), asList)
      for (const [caller, id] of [
        [alice, alices.id],
        [bob, nobodys.id]
      ] as const) {
        const { count, sessions } = yield* forksOf(caller)
        assert.deepStrictEqual([count, sessions.map((session) => session.id)], [1, [id]])
      }
    })
  )
})
