import { assert, layer as itWithLayer } from "@effect/vitest"
import { layerPostgres } from "@workspace/database/test-utils"
import { Array, Effect, Layer } from "effect"
import * as IdentityOfTest from "../../test-utils/identity-of-test.ts"
import * as ScriptedSessions from "../../test-utils/scripted-sessions.ts"
import * as ServerInMemory from "../../test-utils/server-in-memory.ts"
import { asConversation, asList, asSession, refusedFields } from "../../test-utils/session-caller.ts"
import { callerOf, startAnonymous } from "./callers.ts"

const server = ServerInMemory.layerServer(ScriptedSessions.layer, { identity: IdentityOfTest.layer }).pipe(
  Layer.provide(layerPostgres)
)

itWithLayer(server, { excludeTestServices: true, timeout: "60 seconds" })("a claim", (it) => {
  it.effect("of 50 sessions by 10 users at once has one winner each, for good", () =>
    Effect.gen(function* () {
      const started = yield* Effect.replicateEffect(startAnonymous, 50, { concurrency: 8 })
      const users = yield* Effect.forEach(Array.range(1, 10), (n) =>
        Effect.gen(function* () {
          const userId = `user ${n}`
          const caller = yield* callerOf(userId)
          return { userId, caller, before: yield* caller.create }
        })
      )
      const claims = started.flatMap(({ claimToken, sessionId }) =>
        users.map(({ caller, userId }) =>
          Effect.map(caller.claim(sessionId, claimToken), (reply) => ({ reply, sessionId, userId }))
        )
      )
      const replies = yield* Effect.all(claims, { concurrency: 20 })
      const [lost, won] = Array.partition(replies, ({ reply }) => reply.status === 200)
      assert.sameMembers(
        won.map(({ sessionId }) => sessionId),
        started.map(({ sessionId }) => sessionId)
      )
      for (const { reply, userId } of won) assert.propertyVal(reply.body, "userId", userId)
      for (const { reply, sessionId } of lost) {
        assert.strictEqual(reply.status, 404)
        assert.deepInclude(reply.body, { _tag: "SessionNotFoundError", sessionId })
      }

      // Once more, in the same order: the winner gets what it has, the token is of no use to the others.
      const again = yield* Effect.all(claims, { concurrency: 20 })
      for (const [first, second] of Array.zip(replies, again)) {
        assert.deepStrictEqual(
          [second.reply.status, second.reply.text],
          [first.reply.status, first.reply.text]
        )
      }

      for (const { before, caller, userId } of users) {
        const { count, sessions } = yield* Effect.flatMap(
          caller.send({ path: "/api/sessions?limit=200" }),
          asList
        )
        const own = won.filter((claim) => claim.userId === userId).map(({ sessionId }) => sessionId)
        assert.sameMembers(
          sessions.map(({ id }) => id),
          [before, ...own]
        )
        assert.strictEqual(count, own.length + 1)
      }
    })
  )

  it.effect("keeps what was said, and names its new version", () =>
    Effect.gen(function* () {
      const alice = yield* callerOf("alice")
      const { claimToken, sessionId } = yield* startAnonymous
      const load = Effect.flatMap(alice.send({ path: `/api/sessions/${sessionId}` }), asConversation)
      const before = yield* load
      const reply = yield* alice.claim(sessionId, claimToken)
      const session = yield* asSession(reply)
      assert.deepStrictEqual(session, {
        ...before.session,
        userId: "alice",
        version: before.session.version + 1,
        updatedAt: session.updatedAt
      })
      assert.strictEqual(reply.headers.etag, `"v${session.version}-2"`)
      assert.deepStrictEqual(yield* load, { session, messages: before.messages })
    })
  )

  it.effect("with another token, with none, or by nobody changes nothing", () =>
    Effect.gen(function* () {
      const [alice, bob, nobody] = [yield* callerOf("alice"), yield* callerOf("bob"), yield* callerOf()]
      const [one, two] = [yield* startAnonymous, yield* startAnonymous]
      for (const token of [two.claimToken, one.claimToken.toLowerCase(), "A".repeat(43)]) {
        const { body, status } = yield* alice.claim(one.sessionId, token)
        assert.strictEqual(status, 403)
        assert.deepInclude(body, { _tag: "ClaimRefusedError", code: "FORBIDDEN", sessionId: one.sessionId })
      }
      for (const token of [
        "",
        "x",
        `${one.claimToken}A`,
        `${one.claimToken.slice(1)}=`,
        `${one.claimToken}\n`
      ]) {
        const reply = yield* alice.claim(one.sessionId, token)
        assert.deepStrictEqual(yield* refusedFields(reply), ["claimToken"])
      }
      assert.strictEqual((yield* nobody.claim(one.sessionId, one.claimToken)).status, 401)
      assert.strictEqual((yield* alice.claim("session_1_none", one.claimToken)).status, 404)
      assert.strictEqual((yield* bob.claim(one.sessionId, one.claimToken)).status, 200)
      assert.strictEqual((yield* nobody.claim(one.sessionId, one.claimToken)).status, 401)
      // A session that was never nobody's has no token; what is claimed is claimed, by whatever token.
      const own = yield* bob.create
      assert.strictEqual((yield* alice.claim(own, one.claimToken)).status, 404)
      assert.strictEqual((yield* bob.claim(own, two.claimToken)).status, 200)
    })
  )
})
