import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { asConversation, newCaller } from "../../test-utils/session-caller.ts"
import type { SuiteIt } from "../../test-utils/stores.ts"

/** Where a title comes from that nobody gave. */
export const describeTitle = (it: SuiteIt) => {
  it.effect("is named by the first message of its user, and not again", () =>
    Effect.gen(function* () {
      const caller = yield* newCaller
      const titleOf = (id: string) =>
        Effect.map(Effect.flatMap(caller.get(`/${id}`), asConversation), ({ session }) => session.title)

      const { id } = yield* caller.create()
      for (const role of ["system", "assistant"]) {
        yield* caller.append(id, `I am the ${role}`, { role })
        assert.isNull(yield* titleOf(id))
      }
      yield* caller.append(id, "  What is\n openness? ")
      assert.strictEqual(yield* titleOf(id), "What is openness?")
      yield* caller.append(id, "And what is calm?")
      assert.strictEqual(yield* titleOf(id), "What is openness?")

      const { id: titled } = yield* caller.create({ title: "Mine" })
      yield* caller.append(titled, "hello")
      assert.strictEqual(yield* titleOf(titled), "Mine")
    })
  )

  it.effect("takes a title from no message that was not stored", () =>
    Effect.gen(function* () {
      const caller = yield* newCaller
      const { id } = yield* caller.create()
      const refused = yield* caller.post(`/${id}/messages`, {
        role: "user",
        content: "no",
        expectedSequence: 3
      })
      assert.strictEqual(refused.status, 409)
      yield* caller.append(id, " \n\t ")
      assert.nestedPropertyVal((yield* caller.get(`/${id}`)).body, "session.title", null)
      yield* caller.append(id, "yes")
      assert.nestedPropertyVal((yield* caller.get(`/${id}`)).body, "session.title", "yes")
    })
  )

  it.effect("has one of whole characters, however long the message is", () =>
    Effect.gen(function* () {
      const caller = yield* newCaller
      for (const content of [
        "😀".repeat(16_384),
        `x${"😀".repeat(300)}`,
        "word ".repeat(100),
        "x".repeat(65_536),
        "é".repeat(201)
      ]) {
        const { id } = yield* caller.create()
        yield* caller.append(id, content)
        const { session } = yield* Effect.flatMap(caller.get(`/${id}`), asConversation)
        const { title } = session
        assert(title !== null)
        assert.isTrue(title.isWellFormed())
        assert.isAtMost(Array.from(title).length, 200)
        assert.isTrue(content.startsWith(title.replace(/…$/, "")))
        assert.strictEqual((yield* caller.put(`/${id}`, { title })).status, 200)
      }
    })
  )
}
