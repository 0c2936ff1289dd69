import { assert, it } from "@effect/vitest"
import { Agent, Conversation, Message, MessageContent, MessageId } from "@workspace/domain"
import { createTestSession } from "@workspace/domain/test-utils"
import { Effect, Schema, Stream } from "effect"
import * as AcknowledgingAgent from "../acknowledging-agent.ts"

const session = createTestSession()

const conversationOf = (length: number) =>
  new Conversation({
    session,
    messages: Array.from(
      { length },
      (_, index) =>
        new Message({
          id: MessageId.make(`m${index}`),
          sessionId: session.id,
          sequence: index + 1,
          role: "user",
          content: MessageContent.make("I like the sea."),
          metadata: {},
          createdAt: session.createdAt
        })
    )
  })

it.layer(AcknowledgingAgent.layer)("AcknowledgingAgent", (it) => {
  it.effect("thanks and asks for more, in other words after the first message", () =>
    Effect.gen(function* () {
      const agent = yield* Agent
      const answer = (length: number) => Stream.mkString(agent.respond(conversationOf(length)))
      const [first, later] = [yield* answer(1), yield* answer(3)]
      for (const text of [first, later]) {
        assert.match(text, /^Thank you .*\?$/)
        assert.isTrue(Schema.is(MessageContent)(text))
      }
      assert.notStrictEqual(first, later)
      assert.strictEqual(yield* answer(3), later)
    })
  )
})
