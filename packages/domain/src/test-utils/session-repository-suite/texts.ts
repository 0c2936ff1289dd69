import { assert } from "@effect/vitest"
import { assertEquals } from "@effect/vitest/utils"
import { Arbitrary, Array, DateTime, Effect, FastCheck, Option, Schema, Struct } from "effect"
import { SessionNotFoundError } from "../../errors/session.ts"
import { SessionRepository } from "../../ports/session-repository.ts"
import { Caller } from "../../types/caller.ts"
import { Conversation, type MessageShape, messageShapes } from "../../types/conversation.ts"
import type { SessionId } from "../../types/ids.ts"
import { Message, MessageContent } from "../../types/message.ts"
import { Title } from "../../types/session.ts"
import { asAnonymous, asNobody } from "../callers.ts"
import { appendMany, createSession, message, newUser, now, type SuiteIt } from "./fixtures.ts"
import { contents, decoder, metadata } from "./text-samples.ts"

const session = Conversation.fields.session
/** What an answer of each shape is, as its endpoint's schema says it. */
const encode = {
  whole: Schema.encode(Schema.parseJson(Schema.Struct({ session, messages: Schema.Array(Message) }))),
  said: Schema.encode(
    Schema.parseJson(
      Schema.Struct({
        session,
        messages: Schema.Array(Schema.Struct(Struct.pick(Message.fields, ...messageShapes.said)))
      })
    )
  )
} as const satisfies Record<MessageShape, unknown>

// Twice: what is read again may be kept.
const shapes = ["whole", "said", "whole", "said"] as const

/** Asks for the texts, which must be what `load` gives at the same time. */
const sameAsLoaded = Effect.fnUntraced(function* (caller: Caller, id: SessionId) {
  const repository = yield* SessionRepository
  const loaded = yield* repository.load(caller, id)
  const { messageCount, version } = loaded.session
  for (const shape of shapes) {
    const text = yield* repository.loadText(caller, id, shape)
    assert.strictEqual(decoder.decode(text.bytes), yield* encode[shape](loaded))
    assert.deepStrictEqual(text.version, { messageCount, version })
  }
  return loaded
})

/** Conversations as they are sent: the bytes that the contract would give for what `load` gives. */
export const describeTexts = (it: SuiteIt) => {
  it.effect("gives the bytes of what load gives, after every change", () =>
    Effect.gen(function* () {
      const repository = yield* SessionRepository
      const user = newUser()
      const { id } = yield* createSession({ userId: Option.some(user.userId) })
      const append = (messageId: string, overrides = {}) =>
        repository.append(user, message(id, messageId, overrides), { now })
      yield* sameAsLoaded(user, id)
      for (const step of [
        append("m1"),
        append("m1"),
        append("m2", { role: "assistant", metadata: { assessment: { completion: 40 } } }),
        append("m3", { metadata: { a: 1 } }),
        repository.update(user, id, { title: Option.some(Title.make('"')) }, { now }),
        repository.update(user, id, { title: Option.none(), metadata: { b: [1, "2"] } }, { now }),
        repository.update(user, id, { agentSessionId: Option.some("sdk\n1") }, { now }),
        repository.setStatus(user, id, "paused", DateTime.add(now, { millis: 7 })),
        repository.setStatus(user, id, "active", DateTime.add(now, { seconds: 1 })),
        repository.append(user, message(id, "m4"), { now, completes: true }),
        append("m5").pipe(Effect.flip)
      ]) {
        yield* step
        yield* sameAsLoaded(user, id)
      }
    })
  )

  it.effect("gives text as it was written, whatever JSON escapes in it", () =>
    Effect.gen(function* () {
      const repository = yield* SessionRepository
      const { id } = yield* createSession({
        title: Option.some(Title.make('\u2028"\\')),
        agentSessionId: Option.some('"\n'),
        metadata: metadata[0] ?? {}
      })
      for (const [index, content] of contents.entries()) {
        yield* repository.append(
          asNobody,
          message(id, `t.${index}:_-`, {
            content: MessageContent.make(content),
            metadata: metadata[index % metadata.length] ?? {}
          }),
          { now: DateTime.add(now, { millis: index * 10 }) }
        )
      }
      yield* sameAsLoaded(asNobody, id)
    })
  )

  it.effect("gives any message as its schema encodes it", () =>
    Effect.gen(function* () {
      const repository = yield* SessionRepository
      const { id } = yield* createSession({
        createdAt: DateTime.unsafeMake(0),
        updatedAt: DateTime.unsafeMake(0)
      })
      const messages = FastCheck.sample(Arbitrary.make(Message), 40)
      const byTime = Array.sortWith(messages, (_) => _.createdAt, DateTime.Order)
      yield* Effect.forEach(byTime, ({ content, createdAt, metadata, role }, index) =>
        repository.append(asNobody, message(id, `m${index}`, { content, metadata, role }), { now: createdAt })
      )
      assert.strictEqual((yield* sameAsLoaded(asNobody, id)).messages.length, messages.length)
      yield* repository.remove(asNobody, id)
    })
  )

  it.effect("gives instants of every year and every fraction of a second", () =>
    Effect.gen(function* () {
      const repository = yield* SessionRepository
      const times = [0, 1, 10, 120, 999, 1_000, 253_402_300_799_999].map((_) => DateTime.unsafeMake(_))
      const [first = now] = times
      const { id } = yield* createSession({ createdAt: first, updatedAt: first })
      yield* Effect.forEach(times, (time, index) =>
        Effect.zipRight(
          repository.append(asNobody, message(id, `m${index}`), { now: time }),
          sameAsLoaded(asNobody, id)
        )
      )
      // The newest of all sessions it must not stay.
      yield* repository.remove(asNobody, id)
    })
  )

  it.effect("does not find what the caller may not see, also once it was seen", () =>
    Effect.gen(function* () {
      const repository = yield* SessionRepository
      const [owner, other] = [newUser(), newUser()]
      const { id } = yield* createSession({ userId: Option.some(owner.userId) })
      yield* appendMany(id, 2)
      yield* sameAsLoaded(owner, id)
      yield* sameAsLoaded(Caller.Trusted(), id)
      const notFound = new SessionNotFoundError({ sessionId: id })
      for (const shape of shapes) {
        for (const caller of [other, asAnonymous]) {
          assertEquals(yield* Effect.flip(repository.loadText(caller, id, shape)), notFound)
        }
      }
      yield* repository.remove(owner, id)
      for (const shape of shapes) {
        assertEquals(yield* Effect.flip(repository.loadText(owner, id, shape)), notFound)
      }
    })
  )
}
