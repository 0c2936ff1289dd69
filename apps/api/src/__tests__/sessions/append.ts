import { assert } from "@effect/vitest"
import { Array, Effect } from "effect"
import { asConversation, asMessage, newCaller, refusedFields } from "../../test-utils/session-caller.ts"
import type { SuiteIt } from "../../test-utils/stores.ts"

const setUp = Effect.gen(function* () {
  const caller = yield* newCaller
  const { id } = yield* caller.create()
  return {
    caller,
    id,
    send: (message: object | string) => caller.post(`/${id}/messages`, message),
    load: Effect.flatMap(caller.get(`/${id}`), asConversation)
  }
})

/** Messages that nobody is asked to answer. */
export const describeAppend = (it: SuiteIt) => {
  it.effect("stores it as it is, for each role, and asks nobody", () =>
    Effect.gen(function* () {
      const { id, load, send } = yield* setUp
      const given = [
        { role: "system", content: "Be kind.", metadata: { a: [null, 1], "": "ü" } },
        { role: "user", content: "x" },
        { role: "assistant", content: "😀".repeat(16_384), id: "a.b:c-d_1" },
        { role: "user", content: "\u202e\ufeff \r\n\t'\"\\ \u0301\u0085", id: "0" }
      ]
      const replies = yield* Effect.forEach(given, send)
      const messages = yield* Effect.forEach(replies, asMessage)
      for (const [n, [{ body, status }, message]] of Array.zip(replies, given).entries()) {
        assert.strictEqual(status, 201)
        assert.deepInclude(body, { metadata: {}, ...message, sessionId: id, sequence: n + 1 })
      }
      for (const { id: messageId } of messages) assert.match(messageId, /^(?:msg_[\w-]{21}|a\.b:c-d_1|0)$/)
      const loaded = yield* load
      assert.deepStrictEqual(loaded.messages, messages)
      assert.deepInclude(loaded.session, { messageCount: 4, version: 5 })
    })
  )

  it.effect("gives the stored one to a repetition, and refuses its id for another", () =>
    Effect.gen(function* () {
      const { caller, id, load, send } = yield* setUp
      const message = { id: "m-1", role: "user", content: "hello", metadata: { a: 1, b: 2 } }
      const first = yield* send(message)
      for (const again of [
        message,
        { ...message, metadata: { b: 2, a: 1 } },
        { ...message, expectedSequence: 9 }
      ]) {
        const { body, status } = yield* send(again)
        assert.deepStrictEqual([status, body], [201, first.body])
      }
      for (const other of [{ content: "Hello" }, { role: "system" }, { metadata: { a: 1 } }]) {
        const { body, status } = yield* send({ ...message, ...other })
        assert.strictEqual(status, 422)
        assert.deepInclude(body, { code: "IDEMPOTENCY_MISMATCH", sessionId: id, messageId: "m-1" })
      }
      yield* caller.put(`/${id}`, { status: "completed" })
      assert.deepStrictEqual((yield* send(message)).body, first.body)
      assert.deepStrictEqual<unknown>((yield* load).messages, [first.body])
    })
  )

  it.effect("into a session that is not active changes nothing", () =>
    Effect.gen(function* () {
      for (const status of ["paused", "completed", "aborted"]) {
        const { caller, id, load, send } = yield* setUp
        yield* caller.put(`/${id}`, { status })
        const before = yield* load
        for (const expectedSequence of [{}, { expectedSequence: 0 }, { expectedSequence: 5 }]) {
          const { body, status: refused } = yield* send({
            role: "user",
            content: "hello",
            ...expectedSequence
          })
          assert.strictEqual(refused, 400)
          assert.deepInclude(body, { code: "INVALID_STATE", sessionId: id, currentStatus: status })
        }
        assert.deepStrictEqual(yield* load, before)
      }
    })
  )

  it.effect("after the message that its writer has seen, or the answer is those that it has not", () =>
    Effect.gen(function* () {
      const { id, load, send } = yield* setUp
      const next = (expectedSequence: number) => send({ role: "user", content: "next", expectedSequence })
      const messages = yield* Effect.forEach([0, 1, 2], (seen) => Effect.flatMap(next(seen), asMessage))
      const before = yield* load
      for (const seen of [0, 1, 2, 4, 2_147_483_647]) {
        const { body, headers, status } = yield* next(seen)
        assert.deepStrictEqual([status, headers["content-type"]], [409, "application/problem+json"])
        assert.deepStrictEqual(body, {
          _tag: "SequenceConflictError",
          type: "/problems/sequence-conflict",
          title: "The session has gone on",
          status: 409,
          detail:
            "The session does not end where you expected. What came after that is in `messages`; nothing was stored.",
          code: "CONFLICT",
          sessionId: id,
          messageCount: 3,
          messages: messages.slice(seen)
        })
      }
      assert.deepStrictEqual(yield* load, before)
    })
  )

  it.effect("that is none changes nothing", () =>
    Effect.gen(function* () {
      const { load, send } = yield* setUp
      const before = yield* load
      for (const [fields, wrong] of [
        ["role", { role: "tool" }],
        ["role", { role: undefined }],
        ["content", { content: "" }],
        ["content", { content: "a\0" }],
        ["content", { content: "x".repeat(65_537) }],
        ["content", { content: "😀".repeat(16_385) }],
        ["content", { content: ["x"] }],
        ["id", { id: "" }],
        ["id", { id: "-a" }],
        ["id", { id: "x".repeat(129) }],
        ["metadata", { metadata: [] }],
        ["metadata.assessment", { metadata: { assessment: {} } }],
        ["metadata.assessment", { metadata: { mood: "good", assessment: null } }],
        ["expectedSequence", { expectedSequence: -1 }],
        ["expectedSequence", { expectedSequence: 0.5 }],
        ["expectedSequence", { expectedSequence: "0" }],
        ["expectedSequence", { expectedSequence: 2_147_483_648 }],
        [
          "content,expectedSequence,id,metadata,role",
          { role: 1, content: 1, id: 1, metadata: 1, expectedSequence: "" }
        ]
      ] as const) {
        const reply = yield* send({ role: "user", content: "hello", ...wrong })
        assert.strictEqual((yield* refusedFields(reply)).join(), fields)
      }
      assert.deepStrictEqual(yield* load, before)
    })
  )
}
