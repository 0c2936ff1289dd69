import { assert, describe, it } from "@effect/vitest"
import { Array, Effect, Fiber, Ref, Stream, TestClock } from "effect"
import { UnavailableError } from "../errors/unavailable.ts"
import { AgentPart } from "../ports/agent.ts"
import type { ReplyRepository } from "../ports/reply-repository.ts"
import { says } from "../test-utils/agent-scripted.ts"
import { asNobody } from "../test-utils/callers.ts"
import { createTestSession } from "../test-utils/create-test-session.ts"
import { hello, makeReplies, readAll, talker } from "../test-utils/make-replies.ts"
import { SessionId } from "../types/ids.ts"
import { AgentName } from "../types/session.ts"

/** What comes of an agent's answer, after so long. */
const told = (line: Parameters<typeof makeReplies>[0][0], after: `${number} seconds` = "1 seconds") =>
  Effect.gen(function* () {
    const { chats, session, writer } = yield* makeReplies([line])
    const asking = yield* Effect.fork(Effect.flatMap(chats.submit(asNobody, hello(session.id)), readAll))
    yield* TestClock.adjust(after)
    yield* writer.settled
    const { status, text } = yield* Fiber.join(asking)
    return [text, status]
  })

const then = (part: string | AgentPart) => says("Thank you.", part)

describe("an answer", () => {
  it.scoped.each<readonly [string, Parameters<typeof told>[0], string]>([
    ["whose text is as long as a message may be", says("x".repeat(65_536)), "x".repeat(65_536)],
    ["that has a character in two pieces", says("Thank \uD83D", "", "\uDE4F you."), "Thank \u{1F64F} you."],
    ["that ends the talk", says("Thank you.", AgentPart.Completes()), "Thank you."]
  ])("%s is told whole", ([, line, text]) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* told(line), [text, "complete"])
    })
  )

  it.scoped.each<readonly [string, Parameters<typeof told>[0]]>([
    ["that is too long", then("x".repeat(65_536))],
    ["with NUL", then("\0")],
    ["with half a character", then("\uDE4F")],
    ["that ends within a character", then("\uD83D")],
    ["whose data is too much", then(AgentPart.Data({ data: { note: "x".repeat(16_000) } }))],
    ["whose data cannot be stored", then(AgentPart.Data({ data: { note: "\0" } }))],
    ["of an agent with a defect", () => Stream.concat(Stream.make("Thank you."), Stream.dieMessage("a bug"))]
  ])("%s breaks off, and what there is before is kept", ([, line]) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* told(line), ["Thank you.", "interrupted"])
    })
  )

  it.scoped("that does not go on breaks off after a minute", () =>
    Effect.gen(function* () {
      const stalls = () => Stream.concat(Stream.make("Thank you."), Stream.never)
      assert.deepStrictEqual(yield* told(stalls, "62 seconds"), ["Thank you.", "interrupted"])
    })
  )

  it.scoped("that does not come to an end breaks off after five minutes", () =>
    Effect.gen(function* () {
      const babbles = () => Stream.repeatEffect(Effect.delay(Effect.succeed("x"), "31 seconds"))
      assert.deepStrictEqual(yield* told(babbles, "302 seconds"), ["x".repeat(9), "interrupted"])
    })
  )

  it.scoped("of an agent that begins with a defect is none", () =>
    Effect.gen(function* () {
      const { chats, session } = yield* makeReplies([
        () => {
          throw new Error("a bug")
        }
      ])
      const error = yield* Effect.flip(chats.submit(asNobody, hello(session.id)))
      assert.strictEqual(error._tag, "AgentUnavailableError")
    })
  )

  it.scoped("of an agent that nobody knows is none", () =>
    Effect.gen(function* () {
      const { chats, sessions } = yield* makeReplies([says("Thank you.")])
      const id = SessionId.make("session_of_unknown")
      yield* sessions.create(
        createTestSession({ id, agent: AgentName.make("unknown") }),
        yield* Effect.succeedNone
      )
      const error = yield* Effect.flip(chats.submit(asNobody, hello(id)))
      assert(error._tag === "AgentUnavailableError")
      assert.strictEqual<string>(error.agent, "unknown")
    })
  )

  it.scoped("completes the session where it ends the talk", () =>
    Effect.gen(function* () {
      const { chats, manager, session } = yield* makeReplies([says("Bye.", AgentPart.Completes())])
      yield* Effect.flatMap(chats.submit(asNobody, hello(session.id)), readAll)
      assert.strictEqual((yield* manager.load(asNobody, session.id)).session.status, "completed")
    })
  )

  it.scoped("is stored at once where there is much of it", () =>
    Effect.gen(function* () {
      const { chats, session } = yield* makeReplies([
        () => Stream.concat(Stream.fromIterable(Array.makeBy(5, () => "x".repeat(1_000))), Stream.never)
      ])
      // The clock of the test stands still.
      const { reply } = yield* chats.submit(asNobody, hello(session.id))
      assert.strictEqual(reply.status, "streaming")
    })
  )

  it.scoped("is given up where its session is gone", () =>
    Effect.gen(function* () {
      const { chats, session, sessions, writer } = yield* makeReplies([() => Stream.never])
      yield* Effect.fork(chats.submit(asNobody, hello(session.id)))
      yield* TestClock.adjust("1 seconds")
      yield* sessions.remove(asNobody, session.id)
      yield* TestClock.adjust("1 seconds")
      yield* writer.settled
    })
  )

  it.scoped("is given up where somebody else has ended it while there was nothing to store", () =>
    Effect.gen(function* () {
      const { chats, session, writer } = yield* makeReplies([() => Stream.never])
      yield* Effect.fork(chats.submit(asNobody, hello(session.id)))
      yield* TestClock.adjust("1 seconds")
      yield* chats.stop(asNobody, session.id)
      yield* TestClock.adjust("1 seconds")
      yield* writer.settled
    })
  )

  it.scoped("is given up where somebody else has ended it before the next piece", () =>
    Effect.gen(function* () {
      const agent = yield* talker
      const { chats, manager, session, writer } = yield* makeReplies([agent.line])
      yield* Effect.fork(chats.submit(asNobody, hello(session.id)))
      yield* agent.says("Thank ")
      yield* TestClock.adjust("1 seconds")
      yield* chats.stop(asNobody, session.id)
      yield* agent.says("you.")
      yield* TestClock.adjust("120 millis")
      yield* writer.settled
      const { messages } = yield* manager.load(asNobody, session.id)
      assert.deepStrictEqual<unknown>(
        messages.map(({ content }) => content),
        ["hello", "Thank "]
      )
    })
  )

  it.scoped("is not begun where its session has gone before", () =>
    Effect.gen(function* () {
      const { asked, chats, session, sessions, writer } = yield* makeReplies([says("Thank you.")])
      const { reply } = yield* chats.submit(asNobody, hello(session.id))
      yield* sessions.remove(asNobody, session.id)
      yield* writer.start(reply)
      yield* writer.settled
      assert.strictEqual((yield* asked).length, 1)
    })
  )

  it.scoped("keeps what there is when the process stops", () =>
    Effect.gen(function* () {
      const { chats, session, shutDown, sessions } = yield* makeReplies([
        () => Stream.concat(Stream.make("Thank "), Stream.never)
      ])
      yield* Effect.fork(chats.submit(asNobody, hello(session.id)))
      yield* TestClock.adjust("1 seconds")
      yield* shutDown
      const { messages } = yield* sessions.load(asNobody, session.id)
      assert.deepStrictEqual<unknown>(
        messages.map(({ content, metadata }) => [content, metadata]),
        [
          ["hello", {}],
          ["Thank ", { reply: { status: "interrupted" } }]
        ]
      )
    })
  )
})

describe("a store that is away", () => {
  /** A store that fails so often at each step of a kind. */
  const failing =
    (steps: ReadonlyArray<"write" | "extend" | "end">, times: number, left: Ref.Ref<number>) =>
    (replies: ReplyRepository["Type"]): ReplyRepository["Type"] => {
      const away = <A>(step: Effect.Effect<A>) =>
        Effect.flatMap(
          Ref.updateAndGet(left, (n) => n + 1),
          (n) => (n <= times ? Effect.die(new UnavailableError({})) : step)
        )
      return {
        ...replies,
        ...(steps.includes("write") ? { write: (...args) => away(replies.write(...args)) } : {}),
        ...(steps.includes("extend") ? { extend: (...args) => away(replies.extend(...args)) } : {}),
        ...(steps.includes("end") ? { end: (...args) => away(replies.end(...args)) } : {})
      }
    }

  it.scoped("is asked again, and nothing of the answer is lost", () =>
    Effect.gen(function* () {
      const left = yield* Ref.make(0)
      const { chats, session } = yield* makeReplies([says("Thank you.")], failing(["write", "end"], 3, left))
      const asking = yield* Effect.fork(Effect.flatMap(chats.submit(asNobody, hello(session.id)), readAll))
      yield* TestClock.adjust("5 seconds")
      assert.deepInclude(yield* Fiber.join(asking), { text: "Thank you.", status: "complete" })
    })
  )

  it.scoped("leaves the reply to its lease in the end, from where whoever comes ends it", () =>
    Effect.gen(function* () {
      const left = yield* Ref.make(0)
      const { chats, keeper, session, writer } = yield* makeReplies(
        [says("Thank you.")],
        failing(["write", "end"], 1_000, left)
      )
      const asking = yield* Effect.fork(Effect.flatMap(chats.submit(asNobody, hello(session.id)), readAll))
      yield* TestClock.adjust("60 seconds")
      yield* writer.settled
      assert.strictEqual(yield* keeper.endAbandoned, 1)
      assert.strictEqual(yield* keeper.endAbandoned, 0)
      yield* TestClock.adjust("1 seconds")
      assert.deepInclude(yield* Fiber.join(asking), { text: "", status: "interrupted" })
    })
  )
})

describe("a lease", () => {
  it.scoped("is kept while the agent thinks", () =>
    Effect.gen(function* () {
      const { chats, keeper, session } = yield* makeReplies([
        () => Stream.fromEffect(Effect.delay(Effect.succeed("Well."), "50 seconds"))
      ])
      const asking = yield* Effect.fork(Effect.flatMap(chats.submit(asNobody, hello(session.id)), readAll))
      for (const _ of Array.range(1, 10)) {
        yield* TestClock.adjust("5 seconds")
        assert.strictEqual(yield* keeper.endAbandoned, 0)
      }
      yield* TestClock.adjust("1 seconds")
      assert.deepInclude(yield* Fiber.join(asking), { text: "Well.", status: "complete" })
    })
  )

  it.scoped("that is over ends the writing", () =>
    Effect.gen(function* () {
      const { chats, keeper, session, writer } = yield* makeReplies(
        [() => Stream.concat(Stream.make("Well."), Stream.never)],
        (replies) => ({
          ...replies,
          extend: () => Effect.zipRight(Effect.sleep("20 seconds"), Effect.succeed(true))
        })
      )
      yield* Effect.fork(chats.submit(asNobody, hello(session.id)))
      yield* TestClock.adjust("17 seconds")
      assert.strictEqual(yield* keeper.endAbandoned, 1)
      yield* TestClock.adjust("30 seconds")
      yield* writer.settled
    })
  )
})
