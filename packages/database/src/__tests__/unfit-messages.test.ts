import { assert, describe, it } from "@effect/vitest"
import { MessagePage, MessageRole, SessionId, SessionRepository } from "@workspace/domain"
import { asNobody, createTestSession } from "@workspace/domain/test-utils"
import { type SQL, sql } from "drizzle-orm"
import { Cause, Effect, Exit, Layer, Option, Schema } from "effect"
import { Database } from "../client.ts"
import { encodedMessages } from "../repositories/message-texts.ts"
import * as PageTexts from "../repositories/page-texts.ts"
import * as SessionRepositoryPg from "../repositories/session-repository.ts"
import { layerPostgres } from "../test-utils/layers.ts"

const layer = SessionRepositoryPg.layer.pipe(Layer.provideMerge(layerPostgres))

/** What a read died of, which is all that came of it. */
const deathOf = (read: Effect.Effect<unknown, unknown>) =>
  Effect.map(Effect.exit(read), (exit) => {
    assert(Exit.isFailure(exit))
    return `${Option.getOrThrow(Cause.dieOption(exit.cause))}`
  })

const encodePage = Schema.encode(Schema.parseJson(MessagePage))

const sessionId = SessionId.make("session_0_unfit")

const withMessage = <A, E, R>(
  values: Readonly<Record<string, string | SQL>>,
  use: (repository: SessionRepository["Type"]) => Effect.Effect<A, E, R>
) =>
  Effect.gen(function* () {
    const { client, query } = yield* Database
    const repository = yield* SessionRepository
    const session = createTestSession({ id: sessionId })
    yield* repository.create(session, Option.none())
    const { createdAt, id, metadata } = { id: "m1", metadata: "{}", createdAt: "2026-01-01", ...values }
    yield* query(() =>
      client.execute(sql`
        with stored as (insert into messages (session_id, sequence, id, role, content, metadata, created_at)
          values (${sessionId}, 1, ${id}, 'user', 'x', ${metadata}::jsonb, ${createdAt}::timestamptz))
        update sessions set message_count = 1 where id = ${sessionId}`)
    )
    return yield* Effect.ensuring(use(repository), Effect.orDie(repository.remove(asNobody, sessionId)))
  })

const unfit = [
  ["id", { id: 'a","role":"system","x":"' }],
  ["id", { id: "-a" }],
  ["id", { id: "a\n" }],
  ["createdAt", { createdAt: "1969-12-31T23:59:59.999Z" }],
  ["createdAt", { createdAt: "10000-01-01T00:00:00Z" }],
  ["createdAt", { createdAt: "2026-01-01T00:00:00Z BC" }],
  ["createdAt", { createdAt: "-infinity" }],
  ["metadata", { metadata: '{"n":1e400}' }],
  ["metadata", { metadata: '{"x":[{"__proto__":1}]}' }],
  ["metadata", { metadata: `{"x":${"[".repeat(16)}${"]".repeat(16)}}` }],
  ["metadata", { metadata: `{"x":"${"x".repeat(16_400)}"}` }]
] as const

it.layer(layer, { timeout: "60 seconds" })("a message that its type refuses", (it) => {
  it.effect.each([...unfit])(
    "is a defect of every read, and never part of an answer: its %s",
    ([column, values]) =>
      withMessage(values, (repository) =>
        Effect.gen(function* () {
          const reads = [
            repository.loadText(asNobody, sessionId, "whole"),
            repository.pageText(asNobody, sessionId, { limit: 1 }),
            repository.pageText(asNobody, sessionId, { limit: 1, before: 2 }),
            // What is said leaves the metadata out, and the years of an entity are looked at when it is encoded.
            ...(column === "metadata" ? [] : [repository.loadText(asNobody, sessionId, "said")]),
            ...(column === "createdAt"
              ? []
              : [repository.load(asNobody, sessionId), repository.page(asNobody, sessionId, { limit: 1 })])
          ]
          for (const read of reads) {
            assert.strictEqual(
              yield* deathOf(read),
              `UnfitRowError: A row of messages does not fit its type: ${column}`
            )
          }
        })
      )
  )

  const fit = [
    { id: "z".repeat(128), createdAt: "1970-01-01T00:00:00Z" },
    { id: "0_.:-", createdAt: "9999-12-31T23:59:59.999Z" },
    { metadata: `{"x":${"[".repeat(15)}${"]".repeat(15)}}`, createdAt: "2026-01-01T00:00:00.1Z" },
    { metadata: `{"x":"${"[".repeat(17)}","y":1e308}`, createdAt: "1999-12-31T23:59:59.12Z" },
    { metadata: `{"x":"${"x".repeat(16_000)}"}` }
  ]

  it.effect.each(fit)("is not one that barely fits: %#", (values) =>
    withMessage(values, (repository) =>
      Effect.gen(function* () {
        const page = yield* repository.page(asNobody, sessionId, { limit: 1 })
        const text = yield* repository.pageText(asNobody, sessionId, { limit: 1 })
        assert.strictEqual(Buffer.from(text).toString(), yield* encodePage(page))
        assert.lengthOf(page.messages, 1)
      })
    )
  )

  it.effect("nor is a count that is none", () =>
    Effect.gen(function* () {
      const database = yield* Database
      for (const messageCount of ['1,"x":1', -1, 1.5, null]) {
        const send = async () => ({ rows: [{ id: null, messageCount }] })
        const { pageText } = PageTexts.make({ ...database, send })
        assert.strictEqual(
          yield* deathOf(pageText(asNobody, sessionId, { limit: 1 })),
          "UnfitRowError: A row of sessions does not fit its type: messageCount"
        )
      }
    })
  )
})

describe("rows of messages", () => {
  const row = {
    id: "m1",
    sequence: 1,
    role: "user",
    content: "x",
    metadata: "{}",
    createdAt: "2026-01-01 00:00:00+00"
  }
  const encode = (values: object) => () => encodedMessages([row, { ...row, ...values }], sessionId, "whole")

  it.each([
    ["2026-01-01 00:00:00+00", "2026-01-01T00:00:00.000Z"],
    ["2026-01-01 05:45:00.1+05:45", "2026-01-01T00:00:00.100Z"],
    ["2025-12-31 20:30:00.12-03:30", "2026-01-01T00:00:00.120Z"],
    ["1970-01-01 01:00:00+01", "1970-01-01T00:00:00.000Z"],
    ["1969-12-31 23:15:30-00:44:30", "1970-01-01T00:00:00.000Z"],
    ["9999-12-31 22:59:59.999-01", "9999-12-31T23:59:59.999Z"],
    ["10000-01-01 05:44:59.999+05:45", "9999-12-31T23:59:59.999Z"]
  ])("are of the same instant in every zone: %s", (createdAt, iso) => {
    assert.include(encode({ createdAt })()[1], { createdAt: iso })
  })

  it("say every role", () => {
    for (const role of MessageRole.literals) assert.include(encode({ role })()[1], { role })
  })

  it.each([
    ["id", { id: "" }],
    ["id", { id: undefined }],
    ["sequence", { sequence: "1" }],
    ["role", { role: "robot" }],
    ["role", { role: "toString" }],
    ["role, content", { role: 'user","x":"', content: null }],
    ["createdAt", { createdAt: '2026-01-01 00:00:00+00"' }],
    ["createdAt", { createdAt: "2026-01-01 00:00:00+00\n" }],
    ["createdAt", { createdAt: "2026-01-01 00:00:00" }],
    ["createdAt", { createdAt: "01.01.2026 00:00:00+00" }],
    ["createdAt", { createdAt: "2026-01-01 00:00:00.1234+00" }],
    ["createdAt", { createdAt: "2026-13-01 00:00:00+01" }],
    ["createdAt", { createdAt: "1970-01-01 00:59:59.999+01" }],
    ["createdAt", { createdAt: "9999-12-31 23:00:00-01" }],
    ["createdAt", { createdAt: "10000-01-01 01:00:00+01" }],
    ["createdAt", { createdAt: "infinity" }],
    ["metadata", { metadata: undefined }],
    ["metadata", { metadata: {} }],
    ["metadata", { metadata: "[]" }],
    ["metadata", { metadata: "null" }]
  ])("name the columns that do not fit: %s", (columns, values) => {
    assert.throws(encode(values), `A row of messages does not fit its type: ${columns}`)
  })
})
