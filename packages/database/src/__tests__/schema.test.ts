import { readdirSync, readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { MessageRole, SessionId, SessionRepository, SessionStatus } from "@workspace/domain"
import { asNobody, createTestSession } from "@workspace/domain/test-utils"
import { generateDrizzleJson, generateMigration } from "drizzle-kit/api"
import { eq, sql } from "drizzle-orm"
import { Cause, DateTime, Effect, Exit, Layer, Option, Schema } from "effect"
import { Database } from "../client.ts"
import * as SessionRepositoryPg from "../repositories/session-repository.ts"
import { fromSession } from "../repositories/session-rows.ts"
import * as schema from "../schema.ts"
import { layerPostgres } from "../test-utils/layers.ts"
import { append, now } from "./conversations.ts"

const { messages, sessions, traitEstimates } = schema

const session = fromSession(createTestSession({ id: SessionId.make("session_0_schema") }))
const message = {
  sessionId: session.id,
  sequence: 1,
  id: "m1",
  role: "user",
  content: "x",
  metadata: {},
  createdAt: session.createdAt
} as const

const insertSession = (values: Partial<typeof session>) =>
  Effect.flatMap(Database, ({ client, query }) =>
    query(() => client.insert(sessions).values({ ...session, ...values }))
  )
const insertMessage = (values: object) =>
  Effect.flatMap(Database, ({ client, query }) =>
    query(() => client.insert(messages).values({ ...message, ...values }))
  )

const estimate = { sessionId: session.id, throughSequence: 1, traits: {} }
const insertEstimate = (values: { sessionId?: string; throughSequence?: number; traits?: object }) =>
  Effect.flatMap(Database, ({ client, query }) => {
    const { sessionId, throughSequence, traits } = { ...estimate, ...values }
    return query(() =>
      client.execute(
        sql`insert into trait_estimates values (${sessionId}, ${throughSequence}, ${JSON.stringify(traits)})`
      )
    )
  })

const removeAll = Effect.flatMap(Database, ({ client, query }) => query(() => client.delete(sessions)))

it.layer(SessionRepositoryPg.layer.pipe(Layer.provideMerge(layerPostgres)), { timeout: "60 seconds" })(
  "the tables",
  (it) => {
    it.effect("know the statuses and roles of the domain", () =>
      Effect.gen(function* () {
        for (const status of SessionStatus.literals) {
          yield* insertSession({ id: `s_${status}`, status })
        }
        yield* insertSession({})
        for (const [index, role] of MessageRole.literals.entries()) {
          yield* insertMessage({ sequence: index + 1, id: role, role })
        }
        yield* removeAll
      })
    )

    it.effect.each([
      ["sessions_id_bytes", { id: "x".repeat(65) }],
      ["sessions_user_id_bytes", { userId: "é".repeat(128) }],
      ["sessions_agent_bytes", { agent: "" }],
      ["sessions_title_length", { title: "" }],
      ["sessions_title_length", { title: "😀".repeat(201) }],
      ["sessions_agent_session_id_bytes", { agentSessionId: "x".repeat(256) }],
      ["sessions_precision", { openness: 1.01 }],
      ["sessions_precision", { neuroticism: Number.NaN }],
      ["sessions_counts", { messageCount: -1 }],
      ["sessions_counts", { scoredThrough: 1 }],
      ["sessions_forked_at", { forkedAt: -1 }],
      ["sessions_version", { version: -1 }],
      ["sessions_times", { updatedAt: new Date(-1) }],
      ["sessions_claim_hash", { claimHash: "" }],
      ["sessions_claim_hash", { claimHash: "0".repeat(63) }],
      ["sessions_claim_hash", { claimHash: "A".repeat(64) }],
      ["sessions_claim_hash", { claimHash: `${"0".repeat(64)}\n` }],
      // Whoever has an owner cannot be claimed.
      ["sessions_claim_hash", { claimHash: "0".repeat(64), userId: "alice" }]
    ] as const)("refuse a session that the types refuse: %s %j", ([constraint, values]) =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(insertSession(values))
        assert.strictEqual(error.code, "23514")
        assert.strictEqual(error.constraint, constraint)
      })
    )

    it.effect.each([
      ["messages_id_bytes", "23514", { id: "x".repeat(129) }],
      ["messages_sequence", "23514", { sequence: 0 }],
      ["messages_content_bytes", "23514", { content: "" }],
      ["messages_content_bytes", "23514", { content: "é".repeat(32_769) }],
      ["messages_role", "23514", { role: "robot" }],
      ["messages_session_id_id", "23505", { sequence: 2 }],
      ["messages_pkey", "23505", { id: "m2" }],
      ["messages_session_id_sessions_id_fk", "23503", { sessionId: "nobody's" }]
    ] as const)("refuse a message that the types refuse: %s", ([constraint, code, values]) =>
      Effect.gen(function* () {
        yield* insertSession({})
        yield* insertMessage({})
        const error = yield* Effect.flip(insertMessage(values))
        yield* removeAll
        assert.strictEqual(error.code, code)
        assert.strictEqual(error.constraint, constraint)
      })
    )

    it.effect.each([
      ["trait_estimates_through_sequence", "23514", { throughSequence: 0 }],
      ["trait_estimates_traits", "23514", { traits: [] }],
      ["trait_estimates_pkey", "23505", {}],
      ["trait_estimates_session_id_sessions_id_fk", "23503", { sessionId: "nobody's" }]
    ] as const)("refuse an estimate that the types refuse: %s", ([constraint, code, values]) =>
      Effect.gen(function* () {
        yield* insertSession({})
        yield* insertEstimate({})
        const error = yield* Effect.flip(insertEstimate(values))
        yield* removeAll
        assert.strictEqual(error.code, code)
        assert.strictEqual(error.constraint, constraint)
      })
    )

    it.effect("give up a session's messages and estimates with the session", () =>
      Effect.gen(function* () {
        yield* insertSession({})
        yield* insertMessage({})
        yield* insertEstimate({})
        yield* removeAll
        const { client, query } = yield* Database
        assert.strictEqual(yield* query(() => client.$count(messages)), 0)
        assert.strictEqual(yield* query(() => client.$count(traitEstimates)), 0)
      })
    )

    it.effect("make a row that is no session a defect, not an answer", () =>
      Effect.gen(function* () {
        const repository = yield* SessionRepository
        yield* insertSession({ agent: "Not An Agent" })
        const exit = yield* Effect.exit(repository.load(asNobody, SessionId.make(session.id)))
        yield* removeAll
        assert(Exit.isFailure(exit) && Option.isSome(Cause.dieOption(exit.cause)))
        assert.include(Cause.pretty(exit.cause), "sessions does not fit its type: agent")
        assert.notInclude(Cause.pretty(exit.cause), "Not An Agent")
      })
    )

    it.effect("keep instants whatever the connection's time zone is", () =>
      Effect.gen(function* () {
        const repository = yield* SessionRepository
        const { client, query } = yield* Database
        const createdAt = DateTime.unsafeMake("2026-03-29T01:30:00.123Z")
        const stored = createTestSession({
          id: SessionId.make("session_0_zone"),
          createdAt,
          updatedAt: createdAt
        })
        yield* query(() => client.execute("set timezone to 'America/St_Johns'"))
        yield* repository.create(stored, Option.none())
        yield* append(repository, stored.id, 1)
        for (const zone of ["Asia/Kathmandu", "America/St_Johns", "UTC"]) {
          yield* query(() => client.execute(`set timezone to '${zone}'`))
          const { messages, session } = yield* repository.load(asNobody, stored.id)
          assert.deepStrictEqual(session.createdAt, createdAt)
          assert.deepStrictEqual(messages[0]?.createdAt, now)
          const texts = [
            (yield* repository.loadText(asNobody, stored.id, "whole")).bytes,
            (yield* repository.loadText(asNobody, stored.id, "said")).bytes,
            yield* repository.pageText(asNobody, stored.id, { limit: 1 }),
            yield* repository.listText(asNobody, { limit: 1 })
          ].map((bytes) => Buffer.from(bytes).toString("utf8"))
          for (const text of texts) assert.include(text, `"${DateTime.formatIso(now)}"`)
        }
        yield* query(() => client.delete(sessions).where(eq(sessions.id, stored.id)))
      })
    )
  }
)

describe("the migrations", () => {
  it.effect("make the schema as it is declared", () =>
    Effect.gen(function* () {
      const folder = new URL("../migrations/meta/", import.meta.url)
      const newest = readdirSync(folder)
        .filter((name) => name.endsWith("_snapshot.json"))
        .sort()
        .at(-1)
      assert.isString(newest)
      const snapshot = yield* Schema.decodeUnknown(Schema.parseJson(Schema.Any))(
        readFileSync(new URL(`${newest}`, folder), "utf8")
      )
      const missing = yield* Effect.promise(() => generateMigration(snapshot, generateDrizzleJson(schema)))
      assert.deepStrictEqual(missing, [])
    })
  )
})
