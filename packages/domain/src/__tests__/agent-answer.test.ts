import { assert, describe, it } from "@effect/vitest"
import { assertEquals } from "@effect/vitest/utils"
import { Cause, Deferred, Effect, Fiber, Logger, Option, Ref, Stream } from "effect"
import { AgentUnavailableError } from "../errors/agent.ts"
import { InvalidSessionStateError } from "../errors/session.ts"
import { AgentPart } from "../ports/agent.ts"
import * as AgentScripted from "../test-utils/agent-scripted.ts"
import { asNobody } from "../test-utils/callers.ts"
import { createTestSession } from "../test-utils/create-test-session.ts"
import { withSessionManager } from "../test-utils/with-session-manager.ts"
import { MessageId } from "../types/ids.ts"
import { MessageContent } from "../types/message.ts"
import { AgentName } from "../types/session.ts"

const text = MessageContent.make
const m1 = MessageId.make("m1")

describe("an agent's answer", () => {
  it.effect(
    "keeps what an agent says beside its text, the later of the same name, as metadata of the answer",
    () =>
      withSessionManager(
        [
          AgentScripted.says(
            AgentPart.Data({ data: { mood: "calm", at: 1 } }),
            "Go on.",
            AgentPart.Data({ data: { at: 2 } })
          )
        ],
        (manager) =>
          Effect.gen(function* () {
            const { sessionId } = yield* manager.start(asNobody, {})
            yield* manager.send(asNobody, { sessionId, message: text("hello") })
            const { messages, session } = yield* manager.load(asNobody, sessionId)
            assert.deepStrictEqual(
              messages.map(({ metadata }) => metadata),
              [{}, { mood: "calm", at: 2 }]
            )
            assert.strictEqual(session.status, "active")
          })
      )
  )

  it.effect("does not store an answer with more metadata than a message may have", () =>
    withSessionManager(
      [AgentScripted.says("ok", AgentPart.Data({ data: { long: "x".repeat(16_384) } }))],
      (manager) =>
        Effect.gen(function* () {
          const { sessionId } = yield* manager.start(asNobody, {})
          assert.instanceOf(
            yield* Effect.flip(manager.send(asNobody, { sessionId, message: text("hello") })),
            AgentUnavailableError
          )
          assert.strictEqual((yield* manager.load(asNobody, sessionId)).messages.length, 1)
        })
    )
  )

  it.effect("does not listen any longer to an agent that says more than a message may hold", () =>
    Effect.gen(function* () {
      const said = yield* Ref.make(0)
      const isLeft = yield* Deferred.make<void>()
      const endless = () =>
        Stream.repeatEffect(
          Effect.as(
            Ref.update(said, (_) => _ + 1),
            AgentPart.Text({ text: "x".repeat(16_384) })
          )
        ).pipe(Stream.ensuring(Deferred.succeed(isLeft, undefined)))
      yield* withSessionManager([endless], (manager) =>
        Effect.gen(function* () {
          const { sessionId } = yield* manager.start(asNobody, {})
          assert.instanceOf(
            yield* Effect.flip(manager.send(asNobody, { sessionId, message: text("hello") })),
            AgentUnavailableError
          )
          yield* Deferred.await(isLeft)
          assert.strictEqual(yield* Ref.get(said), 5)
          assert.strictEqual((yield* manager.load(asNobody, sessionId)).messages.length, 1)
        })
      )
    })
  )

  it.effect.each([
    [
      "before it answers",
      () => {
        throw new TypeError("a bug")
      }
    ],
    ["in the middle", () => Stream.concat(Stream.make("I think"), Stream.die(new TypeError("a bug")))]
  ] as const)("is missing when the agent has a defect %s, which the log shows", ([, line]) =>
    Effect.gen(function* () {
      const log: Array<string> = []
      const logger = Logger.make(({ cause, logLevel, message }) => {
        log.push(`${logLevel.label} ${message} ${Cause.pretty(cause)}`)
      })
      yield* withSessionManager([line, AgentScripted.says("Here I am.")], (manager) =>
        Effect.gen(function* () {
          const { sessionId } = yield* manager.start(asNobody, {})
          const send = manager.send(asNobody, { sessionId, id: m1, message: text("hello") })
          assert.instanceOf(yield* Effect.flip(send), AgentUnavailableError)
          assert.strictEqual(log.length, 1)
          assert.match(log.join(), /^ERROR The agent has a defect .*TypeError: a bug/)
          assert.strictEqual((yield* manager.load(asNobody, sessionId)).messages.length, 1)
          assert.strictEqual((yield* send).response, "Here I am.")
        })
      ).pipe(Effect.provide(Logger.replace(Logger.defaultLogger, logger)))
    })
  )

  it.effect("stores an answer as long as a message may be, and none that is a byte longer", () =>
    withSessionManager(
      [AgentScripted.says("é".repeat(32_768)), AgentScripted.says("é".repeat(32_768), "x")],
      (manager) =>
        Effect.gen(function* () {
          const { sessionId } = yield* manager.start(asNobody, {})
          const { response } = yield* manager.send(asNobody, { sessionId, message: text("hello") })
          assert.strictEqual(response.length, 32_768)
          assert.instanceOf(
            yield* Effect.flip(manager.send(asNobody, { sessionId, message: text("hello") })),
            AgentUnavailableError
          )
        })
    )
  )

  it.effect("completes the session with the answer that does, and still gives that answer to a copy", () =>
    withSessionManager([AgentScripted.says("Good", AgentPart.Completes(), "bye.")], (manager, agent) =>
      Effect.gen(function* () {
        const { sessionId } = yield* manager.start(asNobody, {})
        const send = manager.send(asNobody, { sessionId, id: m1, message: text("hello") })
        const first = yield* send
        assert.strictEqual(first.response, "Goodbye.")
        const { session } = yield* manager.load(asNobody, sessionId)
        assert.deepStrictEqual([session.status, session.messageCount, session.version], ["completed", 2, 3])
        assert.deepStrictEqual(yield* send, first)
        assert.strictEqual((yield* agent.asked).length, 1)
        assertEquals(
          yield* Effect.flip(manager.send(asNobody, { sessionId, message: text("more") })),
          new InvalidSessionStateError({ sessionId, currentStatus: "completed" })
        )
      })
    )
  )

  it.effect("gives the same answer to copies that come while the session is being completed", () =>
    Effect.gen(function* () {
      const open = yield* Deferred.make<void>()
      const whenOpen = () =>
        Stream.concat(
          Stream.execute(Deferred.await(open)),
          AgentScripted.says("Goodbye.", AgentPart.Completes())()
        )
      yield* withSessionManager([whenOpen], (manager, agent) =>
        Effect.gen(function* () {
          const { sessionId } = yield* manager.start(asNobody, {})
          const send = manager.send(asNobody, { sessionId, id: m1, message: text("hello") })
          const copies = yield* Effect.fork(Effect.replicateEffect(send, 2, { concurrency: "unbounded" }))
          yield* Effect.repeat(Effect.yieldNow(), {
            until: () => Effect.map(agent.asked, (_) => _.length === 2)
          })
          yield* Deferred.succeed(open, undefined)
          const [one, two] = yield* Fiber.join(copies)
          assert.strictEqual(one?.response, "Goodbye.")
          assert.deepStrictEqual(one, two)
        })
      )
    })
  )

  it.effect("keeps the message of a session whose agent is not known", () =>
    withSessionManager([AgentScripted.says("ok")], (manager, agent, _, repository) =>
      Effect.gen(function* () {
        const session = createTestSession({ agent: AgentName.make("unknown") })
        yield* repository.create(session, Option.none())
        const { id: sessionId } = session
        assertEquals(
          yield* Effect.flip(manager.send(asNobody, { sessionId, message: text("hello") })),
          new AgentUnavailableError({ agent: session.agent })
        )
        assert.strictEqual((yield* manager.load(asNobody, sessionId)).messages.length, 1)
        assert.deepStrictEqual(yield* agent.asked, [])
      })
    )
  )
})
