import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { asConversation, asSession, newCaller } from "../../test-utils/session-caller.ts"
import type { SuiteIt } from "../../test-utils/stores.ts"

const nested = (levels: number): Record<string, unknown> => (levels === 1 ? {} : { a: nested(levels - 1) })

/** A new session: what it is without being told, and what it keeps. */
export const describeCreate = (it: SuiteIt) => {
  it.effect("needs nothing, and gives an active one without messages", () =>
    Effect.gen(function* () {
      const caller = yield* newCaller
      for (const body of [{}, "", { title: null, agentSessionId: null }]) {
        const reply = yield* caller.post("", body)
        const { createdAt, id } = yield* asSession(reply)
        const session = {
          id,
          userId: caller.userId,
          agent: "nerin",
          title: null,
          status: "active",
          precision: {
            openness: 0.5,
            conscientiousness: 0.5,
            extraversion: 0.5,
            agreeableness: 0.5,
            neuroticism: 0.5
          },
          scoredThrough: 0,
          messageCount: 0,
          questionCount: 0,
          completion: 0,
          agentSessionId: null,
          parentId: null,
          forkedAt: null,
          metadata: {},
          version: 1,
          createdAt,
          updatedAt: createdAt
        }
        assert.deepStrictEqual([reply.status, reply.headers.etag], [201, '"v1-0"'])
        assert.match(id, /^session_\d+_[\w-]{21}$/)
        assert.deepStrictEqual(reply.body, session)
        assert.deepStrictEqual((yield* caller.get(`/${id}`)).body, { session, messages: [] })
      }
    })
  )

  it.effect.each([
    { title: "x" },
    { title: "x".repeat(200) },
    { title: "😀".repeat(200) },
    { title: "  'Robert'); drop table sessions; -- %s \\ \u202e \ufeff" },
    { agent: "a" },
    { agent: `0${"-_".repeat(31)}z` },
    { agentSessionId: "x" },
    { agentSessionId: "é".repeat(127) },
    {
      metadata: { a: [1, -0.5, 1e21, true, null, "ü\u2028"], "": {}, constructor: { prototype: "toString" } }
    },
    { metadata: nested(16) },
    { metadata: { a: "x".repeat(16_376) } },
    { title: "all", agent: "other", agentSessionId: "sdk-1", metadata: { skill: "five" } }
  ])("keeps %j as it is", (fields) =>
    Effect.gen(function* () {
      const caller = yield* newCaller
      const session = yield* caller.create(fields)
      assert.deepInclude(session, fields)
      const loaded = yield* Effect.flatMap(caller.get(`/${session.id}`), asConversation)
      assert.deepStrictEqual(loaded, { session, messages: [] })
    })
  )

  it.effect("leaves to the server what is the server's", () =>
    Effect.gen(function* () {
      const caller = yield* newCaller
      const given = {
        id: "session_1_mine",
        version: 9,
        messageCount: 9,
        status: "completed",
        scoredThrough: 9
      }
      const { body } = yield* caller.post("", { ...given, parentId: "x", createdAt: "2020-01-01T00:00:00Z" })
      assert.deepInclude(body, {
        version: 1,
        messageCount: 0,
        status: "active",
        scoredThrough: 0,
        parentId: null
      })
      assert.strictEqual((yield* caller.get("/session_1_mine")).status, 404)
    })
  )
}
