import { assert, describe, it } from "@effect/vitest"
import { assertEquals } from "@effect/vitest/utils"
import { DateTime, Effect, Either, Option, TestClock } from "effect"
import { SequenceConflictError } from "../errors/conflict.ts"
import { ForeignUserError, UnauthorizedError } from "../errors/identity.ts"
import { InvalidSessionStateError, MessageConflictError, SessionNotFoundError } from "../errors/session.ts"
import * as AgentScripted from "../test-utils/agent-scripted.ts"
import { alice, asAlice, asAnonymous, asBob, asNobody } from "../test-utils/callers.ts"
import { withSessionManager } from "../test-utils/with-session-manager.ts"
import { CallerMetadata } from "../types/evidence.ts"
import { MessageId, SessionId } from "../types/ids.ts"
import { LanguageTag } from "../types/language.ts"
import { MessageContent } from "../types/message.ts"
import { Precision } from "../types/precision.ts"
import { Title } from "../types/session.ts"

const text = MessageContent.make
const m1 = MessageId.make("m1")
const answersOk = [AgentScripted.says("Go ", "on.")] as const

describe("SessionManager", () => {
  it.effect("starts an active session without messages, as of now", () =>
    withSessionManager(answersOk, (manager) =>
      Effect.gen(function* () {
        yield* TestClock.setTime(1_767_225_600_000)
        const { createdAt, sessionId } = yield* manager.start(asNobody, {})
        const { messages, session } = yield* manager.load(asNobody, sessionId)
        assert.strictEqual(session.status, "active")
        assert.strictEqual(session.agent, "nerin")
        assert.deepStrictEqual(session.precision, Precision.initial)
        assert.deepStrictEqual(session.createdAt, DateTime.unsafeMake(1_767_225_600_000))
        assert.deepStrictEqual(session.createdAt, createdAt)
        assert.deepStrictEqual(messages, [])
      })
    )
  )

  it.effect("keeps the language of whoever starts a session", () =>
    withSessionManager(answersOk, (manager) =>
      Effect.gen(function* () {
        const { sessionId } = yield* manager.start(asNobody, { language: LanguageTag.make("pt-BR") })
        const { session } = yield* manager.load(asNobody, sessionId)
        assert.deepStrictEqual(session.metadata, { language: "pt-BR" })
        const other = yield* manager.start(asNobody, {})
        assert.deepStrictEqual((yield* manager.load(asNobody, other.sessionId)).session.metadata, {})
      })
    )
  )

  it.effect("gives a session to whoever starts it, or whom a trusted caller names", () =>
    withSessionManager(answersOk, (manager) =>
      Effect.gen(function* () {
        const started = [
          yield* manager.start(asNobody, {}),
          yield* manager.start(asNobody, { userId: alice }),
          yield* manager.start(asAlice, {}),
          yield* manager.start(asAlice, { userId: alice }),
          yield* manager.start(asAnonymous, {})
        ]
        const loaded = yield* Effect.forEach(started, ({ sessionId }) => manager.load(asNobody, sessionId))
        assert.deepStrictEqual(
          loaded.map(({ session }) => session.userId),
          [Option.none(), Option.some(alice), Option.some(alice), Option.some(alice), Option.none()]
        )
        // Nobody's session can be claimed, and no other.
        assert.deepStrictEqual(
          started.map(({ claimToken }) => Option.isSome(claimToken)),
          [true, false, false, false, true]
        )
        assertEquals(
          yield* Effect.flip(manager.start(asBob, { userId: alice })),
          new ForeignUserError({ userId: alice })
        )
        assertEquals(
          yield* Effect.flip(manager.start(asAnonymous, { userId: alice })),
          new UnauthorizedError()
        )
      })
    )
  )

  it.effect("appends with the caller's id and metadata, or an id of its own", () =>
    withSessionManager(answersOk, (manager) =>
      Effect.gen(function* () {
        const { sessionId } = yield* manager.start(asNobody, {})
        const metadata = CallerMetadata.make({ itemId: "n1", tags: ["a", { b: 1 }] })
        const own = yield* manager.append(asNobody, {
          sessionId,
          role: "system",
          content: text("x"),
          id: m1,
          metadata
        })
        const made = yield* manager.append(asNobody, { sessionId, role: "assistant", content: text("x") })
        assert.strictEqual(own.id, m1)
        assert.deepStrictEqual(own.metadata, metadata)
        assert.notStrictEqual(made.id, own.id)
        assert.deepStrictEqual(made.metadata, {})
        assert.strictEqual(made.sequence, 2)
      })
    )
  )

  it.effect("gives the stored message to a retry, and refuses another body under its id", () =>
    withSessionManager(answersOk, (manager) =>
      Effect.gen(function* () {
        const { sessionId } = yield* manager.start(asNobody, {})
        const message = {
          sessionId,
          id: m1,
          role: "user" as const,
          content: text("x"),
          metadata: CallerMetadata.make({ a: [1, { b: 2 }] })
        }
        const first = yield* manager.append(asNobody, message)
        assert.deepStrictEqual(
          yield* manager.append(asNobody, {
            ...message,
            metadata: CallerMetadata.make({ a: [1, { b: 2 }] })
          }),
          first
        )
        for (const other of [
          { content: text("y") },
          { role: "system" as const },
          { metadata: CallerMetadata.make({ a: [1, { b: 3 }] }) }
        ]) {
          assertEquals(
            yield* Effect.flip(manager.append(asNobody, { ...message, ...other })),
            new MessageConflictError({ sessionId, messageId: m1 })
          )
        }
        assert.strictEqual((yield* manager.load(asNobody, sessionId)).messages.length, 1)
      })
    )
  )

  it.effect("pauses, resumes and completes, and refuses messages unless the session is active", () =>
    withSessionManager(answersOk, (manager) =>
      Effect.gen(function* () {
        const { sessionId } = yield* manager.start(asNobody, {})
        const send = Effect.either(manager.send(asNobody, { sessionId, message: text("hello") }))
        const refused = (currentStatus: "paused" | "completed") =>
          Either.left(new InvalidSessionStateError({ sessionId, currentStatus }))
        assert.strictEqual((yield* manager.pause(asNobody, sessionId)).status, "paused")
        assertEquals(yield* send, refused("paused"))
        assert.strictEqual((yield* manager.resume(asNobody, sessionId)).status, "active")
        assert.isTrue(Either.isRight(yield* send))
        assert.strictEqual((yield* manager.complete(asNobody, sessionId)).status, "completed")
        assertEquals(yield* send, refused("completed"))
        assertEquals(yield* Effect.either(manager.resume(asNobody, sessionId)), refused("completed"))
        assert.strictEqual((yield* manager.load(asNobody, sessionId)).messages.length, 2)
      })
    )
  )

  it.effect("appends only after the message that the caller has seen", () =>
    withSessionManager(answersOk, (manager) =>
      Effect.gen(function* () {
        const { sessionId } = yield* manager.start(asNobody, {})
        const append = (expectedSequence: number) =>
          manager.append(asNobody, { sessionId, role: "user", content: text("x"), expectedSequence })
        const first = yield* append(0)
        const error = yield* Effect.flip(append(0))
        assert.instanceOf(error, SequenceConflictError)
        assert.deepStrictEqual(error.messages, [first])
        assert.strictEqual((yield* append(1)).sequence, 2)
      })
    )
  )

  it.effect("names a session by the first words that its user says", () =>
    withSessionManager(answersOk, (manager) =>
      Effect.gen(function* () {
        const { sessionId } = yield* manager.start(asNobody, {})
        const title = Effect.map(manager.load(asNobody, sessionId), ({ session }) => session.title)
        for (const role of ["system", "assistant"] as const) {
          yield* manager.append(asNobody, { sessionId, role, content: text("Not mine") })
        }
        yield* manager.append(asNobody, { sessionId, role: "user", content: text(" \n\t") })
        assertEquals(yield* title, Option.none())
        yield* manager.send(asNobody, { sessionId, message: text(" Why is\n the sea salty? ") })
        yield* manager.send(asNobody, { sessionId, message: text("And the sky blue?") })
        assertEquals(yield* title, Option.some(Title.make("Why is the sea salty?")))
      })
    )
  )

  it.effect("shows a session to nobody but its owner", () =>
    withSessionManager(answersOk, (manager) =>
      Effect.gen(function* () {
        const { sessionId } = yield* manager.start(asAlice, {})
        for (const unseen of [sessionId, SessionId.make("session_0_missing")]) {
          const failures = [
            yield* Effect.flip(manager.load(asBob, unseen)),
            yield* Effect.flip(
              manager.append(asBob, { sessionId: unseen, role: "user", content: text("x") })
            ),
            yield* Effect.flip(manager.send(asBob, { sessionId: unseen, message: text("x") })),
            yield* Effect.flip(manager.pause(asBob, unseen)),
            yield* Effect.flip(manager.resume(asBob, unseen)),
            yield* Effect.flip(manager.complete(asBob, unseen))
          ]
          for (const failure of failures) {
            assertEquals(failure, new SessionNotFoundError({ sessionId: unseen }))
          }
        }
        assert.strictEqual((yield* manager.load(asAlice, sessionId)).session.version, 1)
      })
    )
  )
})
