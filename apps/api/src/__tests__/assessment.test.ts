import { HttpApiClient } from "@effect/platform"
import { assert, it } from "@effect/vitest"
import { BigOceanApi } from "@workspace/contracts"
import { AgentUnavailableError, MessageContent, MessageId, Session, SessionId } from "@workspace/domain"
import { AgentScripted } from "@workspace/domain/test-utils"
import { Effect, Stream } from "effect"
import * as ServerInMemory from "../test-utils/server-in-memory.ts"

const client = HttpApiClient.make(BigOceanApi)
const says = MessageContent.make
const missing = SessionId.make("session_0_missing")

/** Starts a session and gives what the client needs to go on with it. */
const started = Effect.gen(function* () {
  const { assessment } = yield* client
  const { sessionId } = yield* assessment.start({ payload: {} })
  const path = { sessionId }
  return {
    sessionId,
    say: (text: string, id?: string) =>
      assessment.message({
        headers: {},
        payload: { sessionId, message: says(text), ...(id === undefined ? {} : { id: MessageId.make(id) }) }
      }),
    get: assessment.get({ path }),
    pause: assessment.pause({ path }),
    resume: assessment.resume({ path }),
    complete: assessment.complete({ path })
  }
})

const answer = "Thank you. Tell me more."

it.layer(ServerInMemory.layer)("an assessment", (it) => {
  it.scoped("starts, stops, and goes on from the same point, until it is completed", () =>
    Effect.gen(function* () {
      const { complete, get, pause, resume, say, sessionId } = yield* started
      for (const text of ["one", "two", "three"]) yield* say(text)

      assert.strictEqual((yield* pause).status, "paused")
      const refused = yield* Effect.flip(say("while paused"))
      assert(refused._tag === "InvalidSessionStateError")
      assert.deepStrictEqual(
        [refused.status, refused.sessionId, refused.currentStatus],
        [400, sessionId, "paused"]
      )

      const before = yield* get
      assert.strictEqual((yield* resume).status, "active")
      assert.deepStrictEqual((yield* get).messages, before.messages)
      assert.strictEqual((yield* say("four")).sequence, 8)

      const completed = yield* complete
      assert.deepStrictEqual([completed.status, completed.messageCount], ["completed", 8])
      for (const late of [Effect.asVoid(say("five")), Effect.asVoid(resume), Effect.asVoid(pause)]) {
        const error = yield* Effect.flip(late)
        assert(error._tag === "InvalidSessionStateError")
        assert.strictEqual(error.currentStatus, "completed")
      }

      const { messages, session } = yield* get
      assert.deepStrictEqual(session, completed)
      assert.deepStrictEqual(
        messages.map(({ content, role, sequence }) => [sequence, role, content]),
        [
          [1, "user", "one"],
          [2, "assistant", answer],
          [3, "user", "two"],
          [4, "assistant", answer],
          [5, "user", "three"],
          [6, "assistant", answer],
          [7, "user", "four"],
          [8, "assistant", answer]
        ]
      )
    })
  )

  it.scoped("changes nothing when a session gets the status that it has", () =>
    Effect.gen(function* () {
      const { complete, pause, resume } = yield* started
      for (const repeated of [pause, resume, complete]) {
        assert.deepStrictEqual(yield* repeated, yield* repeated)
      }
    })
  )

  it.scoped("gives the same answer to a retry, and stores nothing", () =>
    Effect.gen(function* () {
      const { complete, get, say } = yield* started
      const first = yield* say("hello", "m-1")
      yield* say("something else", "m-2")
      const before = yield* get
      assert.deepStrictEqual(yield* say("hello", "m-1"), first)
      assert.deepStrictEqual(yield* get, before)
      assert.deepStrictEqual(
        before.messages.map(({ id }) => id),
        ["m-1", "m-1.answer", "m-2", "m-2.answer"]
      )
      yield* complete
      assert.deepStrictEqual(yield* say("hello", "m-1"), first)
    })
  )

  it.scoped("refuses the id of one message for another", () =>
    Effect.gen(function* () {
      const { get, say, sessionId } = yield* started
      yield* say("hello", "m-1")
      const before = yield* get
      const error = yield* Effect.flip(say("goodbye", "m-1"))
      assert(error._tag === "MessageConflictError")
      assert.deepStrictEqual([error.status, error.sessionId, error.messageId], [422, sessionId, "m-1"])
      assert.deepStrictEqual(yield* get, before)
    })
  )

  it.scoped("does not know a session that was never started", () =>
    Effect.gen(function* () {
      const { assessment } = yield* client
      const path = { sessionId: missing }
      const payload = { sessionId: missing, message: says("hello") }
      for (const asked of [
        Effect.asVoid(assessment.get({ path })),
        Effect.asVoid(assessment.pause({ path })),
        Effect.asVoid(assessment.resume({ path })),
        Effect.asVoid(assessment.complete({ path })),
        Effect.asVoid(assessment.message({ headers: {}, payload }))
      ]) {
        const error = yield* Effect.flip(asked)
        assert(error._tag === "SessionNotFoundError")
        assert.strictEqual(error.sessionId, missing)
      }
    })
  )
})

const unavailable = new AgentUnavailableError({ agent: Session.fields.agent.make("nerin") })
const recovering = ServerInMemory.layerServer(
  ServerInMemory.layerSessions(() => Stream.fail(unavailable), AgentScripted.says(answer))
)

it.layer(recovering)("an agent that fails", (it) => {
  it.scoped("leaves the message stored, and answers it when it comes again", () =>
    Effect.gen(function* () {
      const { get, say } = yield* started
      const error = yield* Effect.flip(say("hello", "m-1"))
      assert(error._tag === "AgentUnavailableError")
      assert.deepStrictEqual([error.status, error.code], [503, "AGENT_UNAVAILABLE"])
      assert.deepStrictEqual(
        (yield* get).messages.map(({ id, sequence }) => [sequence, id]),
        [[1, "m-1"]]
      )
      const { response, sequence } = yield* say("hello", "m-1")
      assert.deepStrictEqual([response, sequence], [answer, 2])
      assert.strictEqual((yield* get).session.messageCount, 2)
    })
  )
})
