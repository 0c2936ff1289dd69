import { assert, describe, it } from "@effect/vitest"
import { assertEquals } from "@effect/vitest/utils"
import { Deferred, Effect, Exit, Fiber, Stream, TestClock } from "effect"
import { AgentUnavailableError } from "../errors/agent.ts"
import { InvalidSessionStateError, MessageConflictError } from "../errors/session.ts"
import * as AgentScripted from "../test-utils/agent-scripted.ts"
import { asNobody } from "../test-utils/callers.ts"
import { withSessionManager } from "../test-utils/with-session-manager.ts"
import { MessageId } from "../types/ids.ts"
import { MessageContent } from "../types/message.ts"
import { AgentName } from "../types/session.ts"

const text = MessageContent.make
const m1 = MessageId.make("m1")
const answersOk = [AgentScripted.says("Go ", "on.")] as const

describe("SessionManager.send", () => {
  it.effect("stores a message before the agent is asked, and then its answer", () =>
    withSessionManager(answersOk, (manager, agent) =>
      Effect.gen(function* () {
        const { sessionId } = yield* manager.start(asNobody, {})
        const answer = yield* manager.send(asNobody, { sessionId, message: text("hello") })
        const { messages, session } = yield* manager.load(asNobody, sessionId)
        assert.deepStrictEqual(
          messages.map(({ content, role, sequence }) => [sequence, role, content.valueOf()]),
          [
            [1, "user", "hello"],
            [2, "assistant", "Go on."]
          ]
        )
        assert.strictEqual(session.messageCount, 2)
        assert.strictEqual(answer.response, "Go on.")
        assert.strictEqual(answer.sequence, 2)
        assert.strictEqual(answer.messageId, messages[1]?.id)
        assert.deepStrictEqual(answer.precision, session.precision)
        const [asked] = yield* agent.asked
        assert.deepStrictEqual(asked?.messages, messages.slice(0, 1))
      })
    )
  )

  it.effect("answers a repeated message with its first answer, without asking again", () =>
    withSessionManager([AgentScripted.says("first"), AgentScripted.says("second")], (manager, agent) =>
      Effect.gen(function* () {
        const { sessionId } = yield* manager.start(asNobody, {})
        const first = yield* manager.send(asNobody, { sessionId, id: m1, message: text("hello") })
        yield* manager.send(asNobody, { sessionId, message: text("more") })
        const again = yield* manager.send(asNobody, { sessionId, id: m1, message: text("hello") })
        assert.deepStrictEqual(again, first)
        assert.strictEqual((yield* agent.asked).length, 2)
        assert.strictEqual((yield* manager.load(asNobody, sessionId)).messages.length, 4)
        assert.instanceOf(
          yield* Effect.flip(manager.send(asNobody, { sessionId, id: m1, message: text("other") })),
          MessageConflictError
        )
      })
    )
  )

  it.effect("stores one answer when copies of one message are answered at once, and gives that to all", () =>
    Effect.gen(function* () {
      const open = yield* Deferred.make<void>()
      const afterGate = (answer: string) => () =>
        Stream.concat(Stream.execute(Deferred.await(open)), Stream.make(answer))
      yield* withSessionManager([afterGate("one"), afterGate("two")], (manager, agent) =>
        Effect.gen(function* () {
          const { sessionId } = yield* manager.start(asNobody, {})
          const copies = yield* Effect.fork(
            Effect.replicateEffect(manager.send(asNobody, { sessionId, id: m1, message: text("hello") }), 2, {
              concurrency: "unbounded"
            })
          )
          yield* Effect.repeat(Effect.yieldNow(), {
            until: () => Effect.map(agent.asked, (_) => _.length === 2)
          })
          yield* Deferred.succeed(open, undefined)
          const [one, two] = yield* Fiber.join(copies)
          assert.deepStrictEqual(one, two)
          const { messages } = yield* manager.load(asNobody, sessionId)
          assert.strictEqual(messages.length, 2)
          assert.strictEqual(messages[1]?.content, one?.response)
        })
      )
    })
  )

  it.effect(
    "keeps the message when the agent fails, says nothing or too much, and asks again on a retry",
    () =>
      withSessionManager(
        [
          ({ session }) => Stream.fail(new AgentUnavailableError({ agent: session.agent })),
          AgentScripted.says(),
          AgentScripted.says("x".repeat(65_537)),
          AgentScripted.says("here I am")
        ],
        (manager) =>
          Effect.gen(function* () {
            const { sessionId } = yield* manager.start(asNobody, {})
            const send = manager.send(asNobody, { sessionId, id: m1, message: text("hello") })
            for (const _ of ["fails", "says nothing", "says too much"]) {
              assertEquals(
                yield* Effect.flip(send),
                new AgentUnavailableError({ agent: AgentName.make("nerin") })
              )
              assert.strictEqual((yield* manager.load(asNobody, sessionId)).messages.length, 1)
            }
            assert.strictEqual((yield* send).response, "here I am")
          })
      )
  )

  it.effect("asks about the message that was sent, also when others came after it", () =>
    withSessionManager(
      [
        ({ session }) => Stream.fail(new AgentUnavailableError({ agent: session.agent })),
        AgentScripted.says("ok")
      ],
      (manager, agent) =>
        Effect.gen(function* () {
          const { sessionId } = yield* manager.start(asNobody, {})
          const send = manager.send(asNobody, { sessionId, id: m1, message: text("hello") })
          yield* Effect.flip(send)
          yield* manager.append(asNobody, { sessionId, role: "user", content: text("later") })
          assert.strictEqual((yield* send).sequence, 3)
          const asked = yield* agent.asked
          assert.deepStrictEqual(
            asked.map(({ messages }) => messages.length),
            [1, 1]
          )
        })
    )
  )

  it.effect("keeps the message and no answer when the session is paused while the agent answers", () =>
    Effect.gen(function* () {
      const [asked, open] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
      const whenOpen = () =>
        Stream.concat(
          Stream.execute(Effect.zipRight(Deferred.succeed(asked, undefined), Deferred.await(open))),
          Stream.make("late")
        )
      yield* withSessionManager([whenOpen], (manager) =>
        Effect.gen(function* () {
          const { sessionId } = yield* manager.start(asNobody, {})
          const send = manager.send(asNobody, { sessionId, id: m1, message: text("hello") })
          const fiber = yield* Effect.fork(send)
          yield* Deferred.await(asked)
          yield* manager.pause(asNobody, sessionId)
          yield* Deferred.succeed(open, undefined)
          assertEquals(
            yield* Fiber.await(fiber),
            Exit.fail(new InvalidSessionStateError({ sessionId, currentStatus: "paused" }))
          )
          assert.strictEqual((yield* manager.load(asNobody, sessionId)).messages.length, 1)
          yield* manager.resume(asNobody, sessionId)
          assert.strictEqual((yield* send).response, "late")
        })
      )
    })
  )

  it.effect("asks nobody for an answer that could not be stored", () =>
    withSessionManager(
      [({ session }) => Stream.fail(new AgentUnavailableError({ agent: session.agent }))],
      (manager, agent) =>
        Effect.gen(function* () {
          const { sessionId } = yield* manager.start(asNobody, {})
          const send = manager.send(asNobody, { sessionId, id: m1, message: text("hello") })
          yield* Effect.flip(send)
          yield* manager.pause(asNobody, sessionId)
          assertEquals(
            yield* Effect.flip(send),
            new InvalidSessionStateError({ sessionId, currentStatus: "paused" })
          )
          assert.strictEqual((yield* agent.asked).length, 1)
        })
    )
  )

  it.effect("gives up an agent that does not come to an end", () =>
    withSessionManager([() => Stream.concat(Stream.make("I was about to"), Stream.never)], (manager) =>
      Effect.gen(function* () {
        const { sessionId } = yield* manager.start(asNobody, {})
        const send = yield* Effect.fork(manager.send(asNobody, { sessionId, id: m1, message: text("hello") }))
        yield* TestClock.adjust("59 seconds")
        assert.isNull(send.unsafePoll())
        yield* TestClock.adjust("1 second")
        assertEquals(
          yield* Effect.flip(Fiber.join(send)),
          new AgentUnavailableError({ agent: AgentName.make("nerin") })
        )
      })
    )
  )

  it.effect("never gives a caller its own words for an answer", () =>
    withSessionManager(answersOk, (manager) =>
      Effect.gen(function* () {
        const { sessionId } = yield* manager.start(asNobody, {})
        const taken = MessageId.make("m1.answer")
        yield* manager.append(asNobody, { sessionId, id: taken, role: "user", content: text("mine") })
        assertEquals(
          yield* Effect.flip(manager.send(asNobody, { sessionId, id: m1, message: text("hello") })),
          new MessageConflictError({ sessionId, messageId: taken })
        )
      })
    )
  )
})
