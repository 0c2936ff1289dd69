import { assert, layer as itWithLayer } from "@effect/vitest"
import type { Database } from "@workspace/database"
import { layerEmbeddedInMemory, layerPostgres } from "@workspace/database/test-utils"
import { Array, Effect, FastCheck, type Layer, Option, Schema } from "effect"
import { ask, posting } from "../../test-utils/exchange.ts"
import { type Row, sentinel } from "./row.ts"
import { rows } from "./rows.ts"
import { layerOn } from "./server.ts"

const Started = Schema.Struct({ sessionId: Schema.String })
const History = Schema.Struct({
  session: Schema.Struct({ messageCount: Schema.Int }),
  messages: Schema.Array(
    Schema.Struct({ id: Schema.String, role: Schema.String, content: Schema.String, sequence: Schema.Int })
  )
})
const decodeAnswer = Schema.decodeUnknownOption(
  Schema.pluck(Schema.Struct({ messageId: Schema.String }), "messageId")
)
const Details = Schema.Struct({
  details: Schema.NonEmptyArray(Schema.Struct({ path: Schema.String, message: Schema.String }))
})

const start = ask(posting("/api/assessment/start", {})).pipe(
  Effect.flatMap(({ body }) => Schema.decodeUnknown(Started)(body)),
  Effect.map(({ sessionId }) => sessionId)
)

const historyOf = (sessionId: string) =>
  Effect.flatMap(ask({ path: `/api/assessment/sessions/${sessionId}` }), ({ body }) =>
    Schema.decodeUnknown(History)(body)
  )

const check = Effect.fnUntraced(function* ({ path, send, status, stored }: Row) {
  const sessionId = yield* start
  const reply = yield* ask(send(sessionId))
  assert.strictEqual(reply.status, status, reply.text.slice(0, 500))

  if (status >= 400) {
    assert.strictEqual(reply.headers["content-type"], "application/problem+json")
    assert.notInclude(reply.text, sentinel)
    assert.isBelow(reply.text.length, 1_000)
  }
  if (path !== undefined) {
    const { details } = yield* Schema.decodeUnknown(Details)(reply.body)
    assert.include(
      details.map((detail) => detail.path),
      path
    )
    for (const { message } of details) assert.match(message, /^(?:must be |is required$)/)
  }
  const { messages, session } = yield* historyOf(sessionId)
  assert.deepStrictEqual(
    messages.slice(0, 1).map(({ content }) => content),
    Array.fromNullable(stored)
  )
  assert.strictEqual(session.messageCount, stored === undefined ? 0 : 2)
})

// Mostly the fields that there are, with values that hold the sentinel wherever they can.
const hostileJson = FastCheck.letrec<{ value: unknown }>((tie) => ({
  value: FastCheck.oneof(
    { depthSize: "small" },
    FastCheck.constantFrom<unknown>(
      null,
      true,
      0,
      -1,
      1e308,
      "",
      sentinel,
      `${sentinel}\0`,
      `\ud800${sentinel}`
    ),
    FastCheck.string({ unit: "binary", maxLength: 5 }).map((text) => sentinel + text),
    FastCheck.array(tie("value"), { maxLength: 3 }),
    FastCheck.dictionary(
      FastCheck.constantFrom(
        "sessionId",
        "message",
        "id",
        "userId",
        "__proto__",
        "toString",
        `${sentinel}\u0000`
      ),
      tie("value"),
      { maxKeys: 4 }
    )
  )
})).value

const describeServer = <E>(name: string, database: Layer.Layer<Database, E>) =>
  itWithLayer(layerOn(database), { excludeTestServices: true, timeout: "60 seconds" })(name, (it) => {
    it.effect.each([...rows])("$name", check)

    it.effect("no JSON breaks it, and none is repeated", () =>
      Effect.gen(function* () {
        const sessionId = yield* start
        const values = FastCheck.sample(hostileJson, 150)
        const targeted = values.map((value) => ({ sessionId, message: value, id: value }))
        const exchanges = [
          ...[...values, ...targeted].flatMap((value) => [
            posting("/api/assessment/start", JSON.stringify(value)),
            posting("/api/assessment/message", JSON.stringify(value))
          ]),
          ...values.flatMap((value) => [
            posting("/api/chat", JSON.stringify(value)),
            posting("/api/chat", JSON.stringify({ message: value })),
            posting("/api/chat", JSON.stringify({ messages: [{ id: value, role: "user", parts: value }] })),
            posting(
              "/api/chat/fork",
              JSON.stringify({ sessionId: "missing", message: value, threadId: value })
            )
          ])
        ]
        const replies = yield* Effect.forEach(exchanges, ask, { concurrency: 8 })
        for (const [{ body }, { status, text }] of Array.zip(exchanges, replies)) {
          assert.include([200, 201, 400, 404, 422], status, `${body}: ${text}`)
          if (status !== 404) assert.notInclude(text, sentinel, `${body}`)
        }
        const statuses = Array.dedupe(replies.map(({ status }) => status)).sort()
        assert.includeMembers(statuses, [200, 201, 400])
        const answers = replies.flatMap(({ body }) => Option.toArray(decodeAnswer(body)))
        const { messages } = yield* historyOf(sessionId)
        assert.sameMembers(
          messages.filter(({ role }) => role === "assistant").map(({ id }) => id),
          Array.dedupe(answers)
        )
        assert.deepStrictEqual(
          messages.map(({ sequence }) => sequence),
          Array.makeBy(messages.length, (index) => index + 1)
        )
      })
    )
  })

describeServer("hostile input, on a server", layerPostgres)
describeServer("hostile input, embedded", layerEmbeddedInMemory)
