import { assert } from "@effect/vitest"
import { Message, Session } from "@workspace/domain"
import { Effect, Schema } from "effect"
import { asConversation, newCaller } from "../../test-utils/session-caller.ts"
import type { SuiteIt } from "../../test-utils/stores.ts"

const Conflict = Schema.encodedSchema(
  Schema.Struct({ messages: Schema.Array(Message), session: Schema.optional(Session) })
)

const setUp = Effect.gen(function* () {
  const caller = yield* newCaller
  const { id } = yield* caller.create()
  /** Shows what it has loaded, and learns of others by being refused. */
  const openTab = Effect.gen(function* () {
    const loaded = yield* caller.get(`/${id}`)
    const shown = [...(yield* asConversation(loaded)).messages]
    let etag = String(loaded.headers.etag)
    const learn = Effect.fnUntraced(function* (body: unknown) {
      const { messages, session } = yield* Schema.decodeUnknown(Conflict)(body)
      shown.push(...messages.filter(({ sequence }) => sequence > shown.length))
      if (session !== undefined) etag = `"v${session.version}-${session.messageCount}"`
    })
    /** How often it was refused before it was stored. */
    const say = Effect.fnUntraced(function* (content: string) {
      for (let refused = 0; ; refused += 1) {
        const message = { role: "user", content, expectedSequence: shown.length }
        const { body, status } = yield* caller.post(`/${id}/messages`, message)
        if (status === 201) {
          shown.push(yield* Schema.decodeUnknown(Schema.encodedSchema(Message))(body))
          return refused
        }
        assert.strictEqual(status, 409)
        yield* learn(body)
      }
    })
    const rename = Effect.fnUntraced(function* (title: string) {
      const { body, headers, status } = yield* caller.put(`/${id}`, { title }, { "if-match": etag })
      if (status === 412) yield* learn(body)
      else etag = String(headers.etag)
      return status
    })
    return { shown, say, rename }
  })
  const history = Effect.map(Effect.flatMap(caller.get(`/${id}`), asConversation), ({ messages }) => messages)
  return { openTab, history }
})

/** Two clients of one session, end to end. */
export const describeTwoTabs = (it: SuiteIt) => {
  it.effect("show each what the other has said, without loading again", () =>
    Effect.gen(function* () {
      const { history, openTab } = yield* setUp
      const [one, two] = [yield* openTab, yield* openTab]
      assert.deepStrictEqual([yield* one.say("one"), yield* one.say("two")], [0, 0])
      assert.deepStrictEqual([yield* two.say("three"), yield* one.say("four")], [1, 1])
      assert.strictEqual(yield* two.rename("From the other"), 412)
      assert.strictEqual(yield* two.rename("From the other"), 200)
      assert.deepStrictEqual(one.shown, yield* history)
      assert.deepStrictEqual(two.shown, yield* history)
    })
  )

  it.effect("that write at the same time lose and repeat nothing", () =>
    Effect.gen(function* () {
      const { history, openTab } = yield* setUp
      const tabs = [yield* openTab, yield* openTab, yield* openTab]
      yield* Effect.forEach(
        tabs,
        (tab, n) => Effect.forEach([1, 2, 3, 4, 5], (turn) => tab.say(`tab ${n}, turn ${turn}`)),
        { concurrency: 3 }
      )
      const messages = yield* history
      assert.strictEqual(new Set(messages.map(({ content }) => content)).size, 15)
      for (const { shown } of tabs) assert.deepStrictEqual(shown, messages.slice(0, shown.length))
    })
  )
}
