import { assert, it } from "@effect/vitest"
import { AgentScripted } from "@workspace/domain/test-utils"
import { Effect, TestServices } from "effect"
import createClient from "openapi-fetch"
import { originOf } from "../test-utils/exchange.ts"
import { makeRepository } from "../test-utils/git-repository.ts"
import * as IdentityOfTest from "../test-utils/identity-of-test.ts"
import type { paths } from "../test-utils/open-api-types.ts"
import * as ServerInMemory from "../test-utils/server-in-memory.ts"
import { layerInMemory, rootAt } from "../test-utils/workspace-stores.ts"

// No type is asserted here: what compiles is what the document says to every generator of clients.
const clientOf = (headers: Readonly<Record<string, string>>) =>
  Effect.map(originOf, (baseUrl) => createClient<paths>({ baseUrl, headers }))

const layer = ServerInMemory.layerServer(
  ServerInMemory.layerSessions(AgentScripted.says("Thank you. ", "Tell me more.")),
  { identity: IdentityOfTest.layer }
)

it.layer(layer)("a client generated from the document", (it) => {
  it.effect("starts as nobody, goes on, and makes the session its own", () =>
    Effect.gen(function* () {
      const nobody = yield* clientOf({})
      const alice = yield* clientOf(yield* IdentityOfTest.bearer("alice"))

      const { data: started } = yield* Effect.promise(() =>
        nobody.POST("/api/assessment/start", { body: {} })
      )
      assert(started?.claimToken !== undefined)
      const { claimToken, sessionId } = started
      const { data: answer } = yield* Effect.promise(() =>
        nobody.POST("/api/assessment/message", { body: { sessionId, message: "I like people.", id: "m-1" } })
      )
      assert.deepStrictEqual([answer?.response, answer?.sequence], ["Thank you. Tell me more.", 2])
      assert.strictEqual(answer?.precision.openness, 0.5)

      const params = { path: { sessionId } }
      const refused = yield* Effect.promise(() =>
        nobody.POST("/api/sessions/{sessionId}/claim", { params, body: { claimToken } })
      )
      assert(refused.error?._tag === "UnauthorizedError")
      assert.strictEqual(refused.error.status, 401)
      const { data: claimed } = yield* Effect.promise(() =>
        alice.POST("/api/sessions/{sessionId}/claim", { params, body: { claimToken } })
      )
      assert.deepStrictEqual([claimed?.userId, claimed?.title], ["alice", "I like people."])

      const gone = yield* Effect.promise(() => nobody.GET("/api/assessment/sessions/{sessionId}", { params }))
      assert(gone.error?._tag === "SessionNotFoundError")
      assert.strictEqual(gone.error.sessionId, sessionId)
    })
  )

  it.effect("creates sessions, and finds them page by page", () =>
    Effect.gen(function* () {
      const bob = yield* clientOf(yield* IdentityOfTest.bearer("bob"))
      const titles = ["Plans for the week", "Plans for the year", "A diary"]
      for (const title of titles) {
        const { data, response } = yield* Effect.promise(() =>
          bob.POST("/api/sessions", { body: { title, metadata: { product: "journal" } } })
        )
        assert.deepStrictEqual([response.status, data?.title, data?.messageCount], [201, title, 0])
      }
      const pageAt = (cursor?: string) =>
        Effect.promise(() =>
          bob.GET("/api/sessions", {
            params: { query: { q: "plans", limit: 1, ...(cursor === undefined ? {} : { cursor }) } }
          })
        )
      const { data: first } = yield* pageAt()
      assert(first?.nextCursor !== undefined && first.nextCursor !== null)
      const { data: second } = yield* pageAt(first.nextCursor)
      const found = [...first.sessions, ...(second?.sessions ?? [])].map(({ title }) => title)
      assert.sameMembers(found, titles.slice(0, 2))
      assert.deepStrictEqual([first.count, second?.nextCursor], [2, null])

      const { error } = yield* pageAt("nonsense")
      assert(error?._tag === "ValidationError")
      assert.deepStrictEqual(
        error.details.map(({ path }) => path),
        ["cursor"]
      )
    })
  )

  it.scoped("makes a workspace, changes it, and is told why it makes no second one", () =>
    Effect.gen(function* () {
      const root = yield* makeRepository
      yield* Effect.gen(function* () {
        const dora = yield* clientOf(yield* IdentityOfTest.bearer("dora"))
        const create = (name: string) =>
          Effect.promise(() => dora.POST("/api/workspaces", { body: { name, branch: `topic/${name}` } }))
        const { data: made, response } = yield* create("search-box")
        assert(made !== undefined)
        assert.deepStrictEqual([response.status, made.branch, made.ptyPid], [201, "topic/search-box", null])
        const { error: full } = yield* create("other")
        assert(full?._tag === "MaxSessionsError")
        assert.deepStrictEqual([full.maximum, full.sessions], [1, [made]])

        const params = { path: { workspaceId: made.id } }
        const { data: changed } = yield* Effect.promise(() =>
          dora.PATCH("/api/workspaces/{workspaceId}", { params, body: { status: "waiting", ptyPid: 7 } })
        )
        assert.deepStrictEqual([changed?.status, changed?.ptyPid], ["waiting", 7])
        const { data: touched } = yield* Effect.promise(() =>
          dora.POST("/api/workspaces/{workspaceId}/activity", { params })
        )
        assert.strictEqual(touched?.status, "waiting")
        const { data: restored } = yield* Effect.promise(() => dora.POST("/api/workspaces/restore"))
        assert.deepStrictEqual([restored?.source, restored?.restored], ["database", [made.id]])
        const { data: read } = yield* Effect.promise(() =>
          dora.GET("/api/workspaces/{workspaceId}", { params })
        )
        assert.deepStrictEqual([read], restored?.sessions)
        const removed = yield* Effect.promise(() =>
          dora.DELETE("/api/workspaces/{workspaceId}", { params: { ...params, query: { force: true } } })
        )
        assert.strictEqual(removed.response.status, 204)
        const { data: left } = yield* Effect.promise(() => dora.GET("/api/workspaces"))
        assert.deepStrictEqual(left, { sessions: [], count: 0, maximum: 1 })
      }).pipe(
        Effect.provide(
          ServerInMemory.layerServer(ServerInMemory.layerSessions(AgentScripted.says("Thank you.")), {
            identity: IdentityOfTest.layer,
            workspaces: layerInMemory(rootAt(root, 1))
          })
        ),
        TestServices.provideLive
      )
    })
  )

  it.effect("sees what another tab does, and takes a session to its end", () =>
    Effect.gen(function* () {
      const carol = yield* clientOf(yield* IdentityOfTest.bearer("carol"))
      const { data: created } = yield* Effect.promise(() => carol.POST("/api/sessions", { body: {} }))
      assert(created !== undefined)
      const path = { sessionId: created.id }

      const read = (etag?: string) =>
        Effect.promise(() =>
          carol.GET("/api/sessions/{sessionId}", {
            params: { path, header: etag === undefined ? {} : { "if-none-match": etag } }
          })
        )
      const fresh = yield* read()
      const etag = fresh.response.headers.get("etag") ?? ""
      assert.deepStrictEqual(fresh.data?.messages, [])
      assert.strictEqual((yield* read(etag)).response.status, 304)

      const append = (content: string) =>
        Effect.promise(() =>
          carol.POST("/api/sessions/{sessionId}/messages", {
            params: { path },
            body: { role: "user", content, expectedSequence: 0 }
          })
        )
      const { data: stored } = yield* append("first")
      assert.deepStrictEqual([stored?.sequence, stored?.role], [1, "user"])
      const { error: late } = yield* append("second")
      assert(late?._tag === "SequenceConflictError")
      assert.deepStrictEqual(
        late.messages.map(({ content }) => content),
        ["first"]
      )
      const { data: page } = yield* Effect.promise(() =>
        carol.GET("/api/sessions/{sessionId}/messages", { params: { path, query: { after: 0, limit: 10 } } })
      )
      assert.deepStrictEqual([page?.messageCount, page?.messages], [1, late.messages])

      const update = (ifMatch: string) =>
        Effect.promise(() =>
          carol.PUT("/api/sessions/{sessionId}", {
            params: { path, header: { "if-match": ifMatch } },
            body: { title: null, status: "paused" }
          })
        )
      const { error: changed } = yield* update(etag)
      assert(changed?._tag === "VersionConflictError")
      assert.deepStrictEqual([changed.session.status, changed.messages.length], ["active", 1])
      const now = (yield* read()).response.headers.get("etag") ?? ""
      const { data: updated } = yield* update(now)
      assert.deepStrictEqual([updated?.status, updated?.title], ["paused", null])

      const removed = yield* Effect.promise(() =>
        carol.DELETE("/api/sessions/{sessionId}", { params: { path } })
      )
      assert.deepStrictEqual([removed.response.status, removed.data], [204, undefined])
      const { error } = yield* read()
      assert(error?._tag === "SessionNotFoundError")
    })
  )
})
