import { assert } from "@effect/vitest"
import { Message, MessageContent, Title } from "@workspace/domain"
import { Arbitrary, Effect, Schema } from "effect"
import { posting } from "../../test-utils/exchange.ts"
import { asReport, newCaller } from "../../test-utils/session-caller.ts"
import { onEveryStore } from "../../test-utils/stores.ts"

const { content, metadata, role } = Message.fields

const Talk = Schema.Struct({
  title: Schema.NullOr(Title),
  metadata,
  messages: Schema.Array(Schema.Struct({ role, content, metadata })).pipe(Schema.maxItems(4))
})

const talks = Arbitrary.make(Talk).filter(({ messages }) =>
  messages.every((message) => !("assessment" in message.metadata))
)

const odd = [
  "\uFEFF\u202Eabc\u2028\u2029 \u0085",
  "e\u0301".repeat(1_000),
  "👩‍👩‍👧‍👦 \u200F עברית",
  '\\u0000 \\ud800 "quoted" {"__proto__": 1}\r\n\t\b\f\u0001\u007f',
  "x".repeat(65_536)
]

onEveryStore("a file of a session", (it) => {
  const roundTrip = Effect.fnUntraced(function* (talk: typeof Talk.Type) {
    const alice = yield* newCaller
    const { id } = yield* alice.create({ title: talk.title, metadata: talk.metadata })
    for (const message of talk.messages)
      assert.strictEqual((yield* alice.post(`/${id}/messages`, message)).status, 201)
    const before = yield* alice.export(id)
    assert.strictEqual((yield* alice.remove(`/${id}`)).status, 204)
    const report = yield* Effect.flatMap(alice.import(before), asReport)
    assert.deepInclude(report, { imported: 1, invalid: 0 })
    assert.strictEqual(yield* alice.export(id), before)
    const { text } = yield* alice.get("/export")
    yield* alice.remove(`/${id}`)
    yield* alice.import(text)
    assert.strictEqual(yield* alice.export(id), before)
  })

  it.effect.prop(
    "is the same, byte for byte, after the session was deleted and imported, whatever it holds",
    { talk: talks },
    ({ talk }) => roundTrip(talk),
    { fastCheck: { numRuns: 20 } }
  )

  it.effect("keeps every text that the API takes", () =>
    Effect.forEach(
      odd,
      (text) =>
        roundTrip({
          title: null,
          metadata: { text: Array.from(text).slice(0, 2_000).join("") },
          messages: [
            {
              role: "user",
              content: MessageContent.make(text),
              metadata: { [Array.from(text).slice(0, 9).join("")]: Array.from(text).slice(0, 99) }
            }
          ]
        }),
      { discard: true }
    )
  )

  it.effect("keeps scores, status, times and lineage, and the session goes on as it would have", () =>
    Effect.gen(function* () {
      const alice = yield* newCaller
      const parent = yield* alice.create({ title: "Parent", agentSessionId: "sdk-1" })
      yield* alice.append(parent.id, "hello")
      const { id } = yield* alice.fork(parent.id)
      const said = yield* alice.api(posting("/assessment/message", { sessionId: id, message: "I agree" }))
      assert.strictEqual(said.status, 200, said.text)
      yield* alice.put(`/${id}`, { status: "paused" })
      const before = yield* alice.export(id)
      yield* alice.remove(`/${id}`)
      yield* alice.import(before)
      assert.strictEqual(yield* alice.export(id), before)
      assert.strictEqual((yield* alice.put(`/${id}`, { status: "active" })).status, 200)
      assert.strictEqual((yield* alice.append(id, "and on")).sequence, 4)
    })
  )
})
