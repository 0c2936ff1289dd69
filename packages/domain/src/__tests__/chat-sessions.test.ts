import { assert, describe, it } from "@effect/vitest"
import { Array, Effect, Option } from "effect"
import { says } from "../test-utils/agent-scripted.ts"
import { asAlice, asAnonymous, asBob, asNobody } from "../test-utils/callers.ts"
import { readList } from "../test-utils/listed.ts"
import { hello, makeReplies, readAll } from "../test-utils/make-replies.ts"
import type { Caller } from "../types/caller.ts"
import { ChatTarget, type ForkAndSubmit } from "../types/chat.ts"
import { MessageId } from "../types/ids.ts"
import { MessageContent } from "../types/message.ts"
import { AgentName } from "../types/session.ts"
import { ResourceId, ThreadId } from "../types/thread.ts"

const threadOf = (threadId: string) => ({
  threadId: ThreadId.make(threadId),
  resourceId: ResourceId.make("customer")
})
const inThread = (threadId: string) => ChatTarget.Thread({ thread: threadOf(threadId) })
const message = (id: string) => ({ id: MessageId.make(id), content: MessageContent.make("hello") })
const unknown = AgentName.make("unknown")
const other = AgentName.make("other")

const world = makeReplies([says("Thank you.")])

describe("a chat", () => {
  it.scoped("makes the session that it is for, of the caller and with the agent that it names", () =>
    Effect.gen(function* () {
      const { chats, manager } = yield* world
      const { reply } = yield* chats.submit(asAlice, {
        target: ChatTarget.New(),
        agent: other,
        message: message("m-1")
      })
      const { session } = yield* manager.load(asAlice, reply.sessionId)
      assert.deepStrictEqual<unknown>([Option.getOrNull(session.userId), session.agent], ["alice", "other"])
      const { content } = message("m-1")
      const nobodys = yield* chats.submit(asNobody, { target: ChatTarget.New(), message: { content } })
      const { session: trusted } = yield* manager.load(asNobody, nobodys.reply.sessionId)
      assert.isTrue(Option.isNone(trusted.userId))
    })
  )

  it.scoped("makes none for nobody, and none with an agent that nobody knows", () =>
    Effect.gen(function* () {
      const { chats, session } = yield* world
      for (const target of [ChatTarget.New(), inThread("t-1")]) {
        const refused = yield* Effect.flip(chats.submit(asAnonymous, { target, message: message("m-1") }))
        assert.strictEqual(refused._tag, "UnauthorizedError")
      }
      for (const target of [ChatTarget.New(), inThread("t-1"), hello(session.id).target]) {
        const refused = yield* Effect.flip(
          chats.submit(asAlice, { target, agent: unknown, message: message("m-1") })
        )
        assert.strictEqual(refused._tag, "UnknownAgentError")
      }
    })
  )

  it.scoped("of a thread has one session, for each user its own", () =>
    Effect.gen(function* () {
      const { chats, manager } = yield* world
      const target = inThread("t-1")
      const missing = yield* Effect.flip(chats.regenerate(asAlice, { target }))
      assert.strictEqual(missing._tag, "ThreadNotFoundError")
      const first = yield* chats.submit(asAlice, { target, message: message("m-1") })
      yield* readAll(first)
      assert.deepStrictEqual(first.thread, threadOf("t-1"))
      const again = yield* chats.regenerate(asAlice, { target })
      yield* readAll(again)
      const second = yield* chats.submit(asAlice, { target, message: message("m-2") })
      yield* readAll(second)
      assert.deepStrictEqual(second.reply.sessionId, first.reply.sessionId)
      assert.deepStrictEqual(again.reply.sessionId, first.reply.sessionId)
      assert.strictEqual((yield* manager.load(asAlice, first.reply.sessionId)).messages.length, 5)
      const bobs = yield* chats.submit(asBob, { target, message: message("m-1") })
      assert.notStrictEqual(bobs.reply.sessionId, first.reply.sessionId)
    })
  )
})

describe("a fork", () => {
  const parent = Effect.gen(function* () {
    const made = yield* world
    const { reply } = yield* Effect.tap(
      made.chats.submit(asAlice, { target: inThread("t-1"), message: message("m-1") }),
      readAll
    )
    const fork = (input: Partial<ForkAndSubmit>, caller: Caller = asAlice) =>
      Effect.tap(
        made.chats.fork(caller, {
          from: ChatTarget.Session({ sessionId: reply.sessionId }),
          message: message("f-1"),
          ...input
        }),
        readAll
      )
    return { ...made, fork, sessionId: reply.sessionId }
  })

  it.scoped("goes on by itself from a session or a thread", () =>
    Effect.gen(function* () {
      const { fork, manager, sessionId } = yield* parent
      const whole = yield* fork({ from: inThread("t-1"), thread: threadOf("t-2"), agent: other })
      const part = yield* fork({ atSequence: 1 })
      const load = (id: typeof sessionId) => manager.load(asAlice, id)
      const forked = yield* load(whole.reply.sessionId)
      assert.deepStrictEqual(whole.thread, threadOf("t-2"))
      assert.deepStrictEqual<unknown>(
        [Option.getOrNull(forked.session.parentId), forked.session.agent, forked.messages.length],
        [sessionId, "other", 4]
      )
      assert.strictEqual((yield* load(part.reply.sessionId)).messages.length, 3)
      assert.strictEqual((yield* load(sessionId)).messages.length, 2)
    })
  )

  it.scoped("is the same one where the same message comes again under its name", () =>
    Effect.gen(function* () {
      const { fork, manager } = yield* parent
      const thread = threadOf("t-2")
      const copies = yield* Effect.forEach(Array.range(1, 3), () => fork({ thread }))
      assert.strictEqual(new Set(copies.map(({ reply }) => reply.id)).size, 1)
      assert.strictEqual((yield* manager.load(asAlice, copies[0].reply.sessionId)).messages.length, 4)
      for (const different of [{ message: message("f-2") }, { atSequence: 1 }, { thread: threadOf("t-1") }]) {
        const refused = yield* Effect.flip(fork({ thread, ...different }))
        assert.strictEqual(refused._tag, "ThreadExistsError")
      }
    })
  )

  it.scoped("is not made for a message that it would have already, nor is its name", () =>
    Effect.gen(function* () {
      const { fork, sessions } = yield* parent
      const thread = threadOf("t-2")
      for (const refused of [fork({ message: message("m-1") }), fork({ message: message("m-1"), thread })]) {
        assert.strictEqual((yield* Effect.flip(refused))._tag, "MessageConflictError")
      }
      assert.strictEqual(
        (yield* Effect.flatMap(sessions.listText(asAlice, { limit: 10 }), readList)).count,
        1
      )
      yield* fork({ thread })
      yield* fork({ message: message("m-1"), atSequence: 0 })
    })
  )

  it.scoped("is refused to nobody with a name or an agent, from what is not there, and beyond the end", () =>
    Effect.gen(function* () {
      const { fork } = yield* parent
      const tags = yield* Effect.forEach(
        [
          fork({ thread: threadOf("t-2") }, asAnonymous),
          fork({ agent: other }, asAnonymous),
          fork({ from: inThread("t-9") }),
          fork({}, asBob),
          fork({ agent: unknown }),
          fork({ atSequence: 9 })
        ],
        (refused) => Effect.map(Effect.flip(refused), ({ _tag }) => _tag)
      )
      assert.deepStrictEqual(tags, [
        "UnauthorizedError",
        "UnauthorizedError",
        "ThreadNotFoundError",
        "SessionNotFoundError",
        "UnknownAgentError",
        "ForkPointError"
      ])
    })
  )
})
