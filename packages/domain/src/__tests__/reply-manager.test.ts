import { assert, describe, it } from "@effect/vitest"
import { Array, Chunk, Effect, Fiber, Option, Ref, Stream, TestClock } from "effect"
import { AgentUnavailableError } from "../errors/agent.ts"
import { AgentPart } from "../ports/agent.ts"
import { Impatience } from "../services/impatience.ts"
import { says } from "../test-utils/agent-scripted.ts"
import { asAlice, asNobody } from "../test-utils/callers.ts"
import { hello, makeReplies, readAll, talker } from "../test-utils/make-replies.ts"
import { MessageId, SessionId } from "../types/ids.ts"
import { MessageContent } from "../types/message.ts"
import { AgentName } from "../types/session.ts"

const fails = () => Stream.fail(new AgentUnavailableError({ agent: AgentName.make("nerin") }))
const breaksOff = () => Stream.concat(Stream.make("Thank "), fails())

const complete: Effect.Effect.Success<ReturnType<typeof readAll>> = {
  kinds: ["Chunk", "Told", "Ended"],
  text: "Thank you.",
  status: "complete"
}

describe("a reply", () => {
  it.scoped("is read as it is written, and becomes the message", () =>
    Effect.gen(function* () {
      const agent = yield* talker
      const { chats, manager, session } = yield* makeReplies([agent.line])
      const submitted = yield* Effect.fork(chats.submit(asNobody, hello(session.id)))
      yield* agent.says("Thank ", "you. ")
      yield* TestClock.adjust("100 millis")
      const reading = yield* Fiber.join(submitted)
      const read = yield* Effect.fork(readAll(reading))
      yield* agent.says(AgentPart.Data({ data: { mood: "good" } }), "Tell me more.")
      yield* TestClock.adjust("100 millis")
      yield* agent.ends
      assert.deepStrictEqual(yield* Fiber.join(read), {
        kinds: ["Chunk", "Chunk", "Told", "Ended"],
        text: "Thank you. Tell me more.",
        status: "complete"
      })
      const { messages, session: after } = yield* manager.load(asNobody, session.id)
      assert.deepStrictEqual<unknown>(
        messages.map(({ content, id, metadata }) => [id, content, metadata]),
        [
          ["m-1", "hello", {}],
          [reading.reply.id, "Thank you. Tell me more.", { mood: "good" }]
        ]
      )
      assert.deepStrictEqual<unknown>(after.title, Option.some("hello"))
    })
  )

  it.scoped("is begun where the agent says nothing for long, and tells that nothing comes", () =>
    Effect.gen(function* () {
      const agent = yield* talker
      const { chats, session } = yield* makeReplies([agent.line])
      const submitted = yield* Effect.fork(chats.submit(asNobody, hello(session.id)))
      yield* TestClock.adjust("14 seconds")
      assert.isTrue(Option.isNone(yield* Fiber.poll(submitted)))
      yield* TestClock.adjust("1 seconds")
      const { events } = yield* Fiber.join(submitted)
      const first = yield* Effect.fork(Stream.runCollect(Stream.take(events, 2)))
      yield* TestClock.adjust("30 seconds")
      assert.deepStrictEqual(
        Chunk.toReadonlyArray(yield* Fiber.join(first)).map(({ _tag }) => _tag),
        ["Silence", "Silence"]
      )
    })
  )

  it.scoped("goes on when whoever asked is gone", () =>
    Effect.gen(function* () {
      const agent = yield* talker
      const { chats, session } = yield* makeReplies([agent.line])
      const submitted = yield* Effect.fork(chats.submit(asNobody, hello(session.id)))
      yield* TestClock.adjust("1 seconds")
      yield* Fiber.interrupt(submitted)
      yield* agent.says("Thank you.")
      yield* agent.ends
      yield* TestClock.adjust("1 seconds")
      assert.deepStrictEqual(
        yield* Effect.flatMap(chats.submit(asNobody, hello(session.id)), readAll),
        complete
      )
    })
  )

  it.scoped("keeps a second message waiting for no one: it is refused with the reply's name", () =>
    Effect.gen(function* () {
      const { chats, manager, session } = yield* makeReplies([() => Stream.never])
      yield* Effect.fork(chats.submit(asNobody, hello(session.id)))
      yield* TestClock.adjust("1 seconds")
      const error = yield* Effect.flip(chats.submit(asNobody, hello(session.id, "m-2")))
      assert(error._tag === "ReplyRunningError")
      assert.strictEqual<string>(error.replyId, "m-1.answer")
      assert.strictEqual((yield* manager.load(asNobody, session.id)).messages.length, 1)
    })
  )

  it.scoped("is given before its first word to who does not want to wait", () =>
    Effect.gen(function* () {
      const agent = yield* talker
      const { chats, session } = yield* makeReplies([agent.line])
      const reading = yield* Effect.provideService(
        chats.submit(asNobody, hello(session.id)),
        Impatience,
        Effect.void
      )
      yield* agent.says("Thank you.")
      yield* agent.ends
      assert.deepInclude(yield* readAll(reading), { text: "Thank you.", status: "complete" })
    })
  )

  it.scoped("is lost for who may not see the session any more", () =>
    Effect.gen(function* () {
      const agent = yield* talker
      const { chats, session, sessions, writer } = yield* makeReplies([agent.line])
      const submitted = yield* Effect.fork(chats.submit(asNobody, hello(session.id)))
      yield* agent.says("Thank ")
      yield* TestClock.adjust("1 seconds")
      const read = yield* Effect.fork(Effect.flatMap(Fiber.join(submitted), readAll))
      yield* TestClock.adjust("1 seconds")
      yield* sessions.remove(asNobody, session.id)
      yield* TestClock.adjust("5 seconds")
      assert.deepStrictEqual((yield* Fiber.join(read)).kinds, ["Chunk", "Lost"])
      yield* writer.settled
    })
  )
})

describe("a message that comes again", () => {
  it.scoped("gives the same reply, on its way and ended", () =>
    Effect.gen(function* () {
      const agent = yield* talker
      const { asked, chats, session } = yield* makeReplies([agent.line])
      const ask = Effect.fork(Effect.flatMap(chats.submit(asNobody, hello(session.id)), readAll))
      const readers = yield* Effect.all(Array.replicate(ask, 3))
      yield* agent.says("Thank you.")
      yield* agent.ends
      yield* TestClock.adjust("1 seconds")
      for (const reader of readers) assert.deepStrictEqual(yield* Fiber.join(reader), complete)
      assert.deepStrictEqual(
        yield* Effect.flatMap(chats.submit(asNobody, hello(session.id)), readAll),
        complete
      )
      assert.strictEqual((yield* asked).length, 1)
    })
  )

  it.scoped("is refused with another text", () =>
    Effect.gen(function* () {
      const { chats, session } = yield* makeReplies([says("Thank you.")])
      yield* chats.submit(asNobody, hello(session.id))
      const error = yield* Effect.flip(chats.submit(asNobody, hello(session.id, "m-1", "other")))
      assert.strictEqual(error._tag, "MessageConflictError")
    })
  )

  it.scoped("gives the answer that it got as no reply", () =>
    Effect.gen(function* () {
      const { chats, manager, session } = yield* makeReplies([
        says("Thank ", AgentPart.Data({ data: { mood: "good" } }), "you.")
      ])
      const { message } = hello(session.id)
      yield* manager.send(asNobody, { sessionId: session.id, id: message.id, message: message.content })
      assert.deepStrictEqual(
        yield* Effect.flatMap(chats.submit(asNobody, hello(session.id)), readAll),
        complete
      )
    })
  )

  it.scoped("is not answered any more when the talk has gone on without", () =>
    Effect.gen(function* () {
      const { chats, manager, session } = yield* makeReplies([says("Thank you.")])
      for (const id of ["m-1", "m-2"]) {
        yield* manager.append(asNobody, {
          sessionId: session.id,
          id: MessageId.make(id),
          role: "user",
          content: MessageContent.make("hello")
        })
      }
      const error = yield* Effect.flip(chats.submit(asNobody, hello(session.id)))
      assert.strictEqual(error._tag, "NothingToRegenerateError")
    })
  )

  it.scoped("is answered anew where the agent failed before it said anything", () =>
    Effect.gen(function* () {
      const { chats, manager, session } = yield* makeReplies([fails, says("Thank you.")])
      const error = yield* Effect.flip(chats.submit(asNobody, hello(session.id)))
      assert(error._tag === "AgentUnavailableError")
      assert.strictEqual<string>(error.agent, "nerin")
      assert.deepStrictEqual(
        yield* Effect.flatMap(chats.submit(asNobody, hello(session.id)), readAll),
        complete
      )
      assert.strictEqual((yield* manager.load(asNobody, session.id)).messages.length, 2)
    })
  )

  it.scoped("joins the one of its copies that begins anew", () =>
    Effect.gen(function* () {
      const agent = yield* talker
      const { asked, chats, session } = yield* makeReplies([breaksOff, agent.line], (replies) => ({
        ...replies,
        // All have found that it broke off before the first begins anew.
        regenerate: (...args) => Effect.delay(replies.regenerate(...args), "10 millis")
      }))
      yield* Effect.flatMap(chats.submit(asNobody, hello(session.id)), readAll)
      const ask = Effect.fork(Effect.flatMap(chats.submit(asNobody, hello(session.id)), readAll))
      const readers = yield* Effect.all(Array.replicate(ask, 3))
      yield* agent.says("Thank you.")
      yield* agent.ends
      yield* TestClock.adjust("1 seconds")
      for (const reader of readers) assert.deepStrictEqual(yield* Fiber.join(reader), complete)
      assert.strictEqual((yield* asked).length, 2)
    })
  )

  it.scoped("shows what there is where it broke off and the talk has gone on", () =>
    Effect.gen(function* () {
      const { chats, session } = yield* makeReplies([breaksOff, says("Thank you."), () => Stream.never])
      const ask = (id: string) => Effect.flatMap(chats.submit(asNobody, hello(session.id, id)), readAll)
      yield* ask("m-1")
      yield* ask("m-2")
      assert.deepInclude(yield* ask("m-1"), { text: "Thank ", status: "interrupted" })
      yield* Effect.fork(ask("m-3"))
      yield* TestClock.adjust("1 seconds")
      assert.strictEqual((yield* Effect.flip(ask("m-1")))._tag, "ReplyRunningError")
    })
  )

  it.scoped("cannot be answered where the agent failed and the talk has gone on", () =>
    Effect.gen(function* () {
      const { chats, session } = yield* makeReplies([fails, says("Thank you.")])
      yield* Effect.flip(chats.submit(asNobody, hello(session.id)))
      yield* Effect.flatMap(chats.submit(asNobody, hello(session.id, "m-2")), readAll)
      const error = yield* Effect.flip(chats.submit(asNobody, hello(session.id)))
      assert.strictEqual(error._tag, "NothingToRegenerateError")
    })
  )
})

describe("an answer that is regenerated", () => {
  it.scoped("takes the place of the one before, for the agent too", () =>
    Effect.gen(function* () {
      const { asked, chats, manager, session } = yield* makeReplies([
        says("One."),
        says("Two."),
        says("Three.")
      ])
      const { message, target } = hello(session.id)
      yield* Effect.flatMap(chats.submit(asNobody, { target, message }), readAll)
      const again = yield* chats.regenerate(asNobody, { target })
      assert.deepInclude(yield* readAll(again), { text: "Two.", status: "complete" })
      yield* Effect.flatMap(chats.submit(asNobody, hello(session.id, "m-2")), readAll)
      const { messages } = yield* manager.load(asNobody, session.id)
      assert.deepStrictEqual<unknown>(
        messages.map(({ content, metadata }) => [content, metadata]),
        [
          ["hello", {}],
          ["One.", {}],
          ["Two.", { reply: { regenerates: "m-1.answer" } }],
          ["hello", {}],
          ["Three.", {}]
        ]
      )
      assert.deepStrictEqual<unknown>(
        (yield* asked).map((conversation) => conversation.messages.map(({ content }) => content)),
        [["hello"], ["hello"], ["hello", "Two.", "hello"]]
      )
    })
  )

  it.scoped("is refused where there is nothing, or something newer", () =>
    Effect.gen(function* () {
      const { chats, session } = yield* makeReplies([says("One.")])
      const { target } = hello(session.id)
      assert.strictEqual(
        (yield* Effect.flip(chats.regenerate(asNobody, { target })))._tag,
        "NothingToRegenerateError"
      )
      yield* Effect.flatMap(chats.submit(asNobody, hello(session.id)), readAll)
      const messageId = MessageId.make("m-0")
      const error = yield* Effect.flip(chats.regenerate(asNobody, { target, messageId }))
      assert.strictEqual(error._tag, "NothingToRegenerateError")
    })
  )
})

describe("a reply that is stopped", () => {
  it.scoped("keeps its text, and its agent is not asked on", () =>
    Effect.gen(function* () {
      const isGone = yield* Ref.make(false)
      const { chats, manager, session, writer } = yield* makeReplies([
        () => Stream.make("Thank ").pipe(Stream.concat(Stream.never), Stream.ensuring(Ref.set(isGone, true)))
      ])
      const submitted = yield* Effect.fork(chats.submit(asNobody, hello(session.id)))
      yield* TestClock.adjust("1 seconds")
      const read = yield* Effect.fork(Effect.flatMap(Fiber.join(submitted), readAll))
      const stopped = yield* chats.stop(asNobody, session.id)
      assert.isTrue(Option.exists(stopped, ({ status }) => status === "cancelled"))
      yield* TestClock.adjust("1 seconds")
      yield* writer.settled
      assert.isTrue(yield* Ref.get(isGone))
      assert.deepInclude(yield* Fiber.join(read), { text: "Thank ", status: "cancelled" })
      const { messages } = yield* manager.load(asNobody, session.id)
      assert.deepStrictEqual<unknown>(
        messages.slice(1).map(({ content, metadata }) => [content, metadata]),
        [["Thank ", { reply: { status: "cancelled" } }]]
      )
      assert.isTrue(Option.isNone(yield* chats.stop(asNobody, session.id)))
    })
  )
})

describe("a reader that comes back", () => {
  const position = (after: number, replyId = "m-1.answer") =>
    Option.some({ replyId: MessageId.make(replyId), after })

  it.scoped("reads from the start, or on from where it was", () =>
    Effect.gen(function* () {
      const agent = yield* talker
      const { chats, session } = yield* makeReplies([agent.line])
      yield* Effect.fork(chats.submit(asNobody, hello(session.id)))
      yield* agent.says("Thank ")
      yield* TestClock.adjust("100 millis")
      yield* agent.says("you.")
      yield* TestClock.adjust("100 millis")
      const resume = (at: Parameters<typeof chats.resume>[2]) =>
        Effect.flatMap(Effect.flatten(chats.resume(asNobody, session.id, at)), readAll)
      const live = yield* Effect.fork(
        Effect.forEach([Option.none(), position(1), position(7), position(0, "other")], resume, {
          concurrency: "unbounded"
        })
      )
      yield* TestClock.adjust("1 seconds")
      yield* agent.ends
      yield* TestClock.adjust("1 seconds")
      const texts = (yield* Fiber.join(live)).map(({ text }) => text)
      assert.deepStrictEqual(texts, ["Thank you.", "you.", "Thank you.", "Thank you."])

      assert.isTrue(Option.isNone(yield* chats.resume(asNobody, session.id, Option.none())))
      assert.isTrue(Option.isNone(yield* chats.resume(asNobody, session.id, position(3))))
      assert.deepInclude(yield* resume(position(1)), { text: "you.", status: "complete" })
    })
  )

  it.scoped("finds no session that is none of its own", () =>
    Effect.gen(function* () {
      const { chats } = yield* makeReplies([says("One.")])
      const missing = SessionId.make("missing")
      for (const at of [Option.none(), position(0)]) {
        const error = yield* Effect.flip(chats.resume(asAlice, missing, at))
        assert.strictEqual(error._tag, "SessionNotFoundError")
      }
    })
  )
})
