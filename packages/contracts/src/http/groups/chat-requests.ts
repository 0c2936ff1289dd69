import { Message, ResourceId, Session, SessionId, ThreadId, ThreadKey } from "@workspace/domain"
import { Either, type ParseResult, Schema, type SchemaAST, Struct } from "effect"
import { optional } from "../optional.ts"
import { parseOptions } from "../parse-options.ts"
import { sessionIdOf } from "../session-path.ts"
import {
  exampleMessage,
  messageFields,
  messageOnTheWire,
  NewMessage,
  newestMessage,
  wrongField
} from "./chat-messages.ts"

const { id: sessionId, agent } = Session.fields
const { threadId, resourceId } = ThreadKey.fields

const exampleId = SessionId.make("session_1767225600000_V1StGXR8_Z5jdHi6B-myT")
const exampleThread = ThreadKey.make({
  threadId: ThreadId.make("thread-7f3a"),
  resourceId: ResourceId.make("customer-42")
})

const ChatWire = Schema.Struct({
  sessionId: optional(sessionId),
  threadId: optional(threadId),
  resourceId: optional(resourceId),
  id: optional(
    Schema.String.annotations({
      description: "Another word for `sessionId`, which counts where neither that nor a thread is named",
      examples: ["session_1767225600000_V1StGXR8_Z5jdHi6B-myT"]
    })
  ),
  agent: optional(
    agent.annotations({
      description: "Who answers in a session that is made; one that there is keeps its own"
    })
  ),
  trigger: optional(
    Schema.Literal("submit-message", "regenerate-message").annotations({
      description: "To send a message, or to have the newest one answered again",
      examples: ["submit-message"]
    })
  ),
  messageId: optional(
    Message.fields.id.annotations({
      description: "What is to be regenerated: the newest message of the user, or the newest answer to it"
    })
  ),
  ...messageFields
}).annotations({
  examples: [
    { sessionId: exampleId, message: exampleMessage },
    { ...exampleThread, message: exampleMessage },
    { sessionId: exampleId, trigger: "regenerate-message" }
  ]
})

const ForkWire = Schema.Struct({
  forkFromThreadId: optional(threadId),
  sessionId: optional(sessionId),
  atSequence: optional(
    Session.fields.messageCount.annotations({
      description: "The last message that the fork shares; all of them if you do not say",
      examples: [2]
    })
  ),
  threadId: optional(threadId),
  resourceId: optional(resourceId),
  agent: optional(
    agent.annotations({
      description: "Who answers in the fork; else who does so in the session. To choose needs a user"
    })
  ),
  ...messageFields
}).annotations({ examples: [{ sessionId: exampleId, atSequence: 2, message: exampleMessage }] })

const OfSession = Schema.TaggedStruct("Session", { sessionId })
const OfThread = Schema.TaggedStruct("Thread", { thread: ThreadKey })
const Known = Schema.Union(OfSession, OfThread)

const Chat = Schema.Union(
  Schema.TaggedStruct("Submit", {
    target: Schema.Union(OfSession, OfThread, Schema.TaggedStruct("New", {})),
    agent: optional(agent),
    message: NewMessage
  }),
  Schema.TaggedStruct("Regenerate", { target: Known, messageId: optional(Message.fields.id) })
)
const Fork = Schema.Struct({
  from: Known,
  atSequence: optional(Session.fields.messageCount),
  thread: optional(ThreadKey),
  agent: optional(agent),
  message: NewMessage
}).pipe(
  // A fork keeps its thread's resource.
  Schema.filter(
    ({ from, thread }) =>
      thread === undefined || from._tag === "Session" || from.thread.resourceId === thread.resourceId
  )
)

type Understood<A> = Either.Either<A, ParseResult.ParseIssue>

const knownOnTheWire = (target: typeof Known.Type) =>
  target._tag === "Session" ? { sessionId: target.sessionId } : target.thread

interface Names {
  readonly sessionId?: Session["id"] | undefined
  readonly threadId?: ThreadKey["threadId"] | undefined
  readonly resourceId?: ThreadKey["resourceId"] | undefined
}

const knownIn = (
  { resourceId, sessionId, threadId }: Names,
  ast: SchemaAST.AST
): Understood<typeof Known.Type | undefined> => {
  const isThread = threadId !== undefined || resourceId !== undefined
  if (sessionId !== undefined) {
    return isThread
      ? wrongField(ast, ["sessionId"], "must be left out where a thread is named")
      : Either.right(OfSession.make({ sessionId }))
  }
  if (!isThread) return Either.right(undefined)
  if (threadId === undefined) return wrongField(ast, ["threadId"], "is missing")
  if (resourceId === undefined) return wrongField(ast, ["resourceId"], "is missing")
  return Either.right(OfThread.make({ thread: { threadId, resourceId } }))
}

/** A message for a session, a thread or a new session; or that the newest answer is to be another one. */
export const ChatRequest = Schema.transformOrFail(ChatWire, Schema.typeSchema(Chat), {
  strict: true,
  decode: (wire, _, ast): Understood<typeof Chat.Type> =>
    Either.gen(function* () {
      const named = yield* knownIn(wire, ast)
      const target =
        named ?? (wire.id === undefined ? undefined : OfSession.make({ sessionId: sessionIdOf(wire.id) }))
      if (wire.trigger !== "regenerate-message") {
        const message = yield* newestMessage(wire, ast)
        return { _tag: "Submit", target: target ?? { _tag: "New" }, message, ...Struct.pick(wire, "agent") }
      }
      return target === undefined
        ? yield* wrongField(ast, ["sessionId"], "is missing")
        : { _tag: "Regenerate", target, ...Struct.pick(wire, "messageId") }
    }),
  encode: (chat) =>
    Either.right(
      chat._tag === "Submit"
        ? {
            ...(chat.target._tag === "New" ? {} : knownOnTheWire(chat.target)),
            ...Struct.pick(chat, "agent"),
            ...messageOnTheWire(chat.message)
          }
        : {
            ...knownOnTheWire(chat.target),
            ...Struct.pick(chat, "messageId"),
            trigger: "regenerate-message" as const
          }
    )
}).annotations({ identifier: "ChatRequest", parseOptions })

/** A message for a fork that is made for it. */
export const ForkChatRequest = Schema.transformOrFail(ForkWire, Schema.typeSchema(Fork), {
  strict: true,
  decode: (wire, _, ast): Understood<typeof Fork.Type> =>
    Either.gen(function* () {
      const { forkFromThreadId, resourceId, sessionId, threadId } = wire
      const from = yield* knownIn(
        forkFromThreadId === undefined
          ? { sessionId }
          : { sessionId, threadId: forkFromThreadId, resourceId },
        ast
      )
      if (from === undefined) return yield* wrongField(ast, ["sessionId"], "is missing")
      const into =
        threadId === undefined && forkFromThreadId !== undefined
          ? undefined
          : yield* knownIn({ threadId, resourceId }, ast)
      return {
        from,
        message: yield* newestMessage(wire, ast),
        ...(into?._tag === "Thread" ? { thread: into.thread } : {}),
        ...Struct.pick(wire, "agent", "atSequence")
      }
    }),
  encode: ({ from, message, thread, ...rest }) =>
    Either.right({
      ...Struct.pick(rest, "agent", "atSequence"),
      ...(from._tag === "Session"
        ? { sessionId: from.sessionId }
        : { forkFromThreadId: from.thread.threadId, resourceId: from.thread.resourceId }),
      ...thread,
      ...messageOnTheWire(message)
    })
}).annotations({ identifier: "ForkChatRequest", parseOptions })
