import { posting } from "../../test-utils/exchange.ts"
import { type Row, sentinel } from "./row.ts"

const text = (said: string) => ({ parts: [{ type: "text", text: said }] })

const refused = (name: string, body: object, path: string): Row => ({
  name: `a chat with ${name}`,
  send: (sessionId) => posting("/api/chat", { sessionId, ...body }),
  status: 400,
  path
})

const newest = (name: string, message: unknown, path: string) =>
  refused(name, { messages: [{ any: "thing" }, message] }, `messages.1${path}`)

const thread = { threadId: sentinel, resourceId: sentinel, sessionId: undefined }

const refusedFork = (name: string, body: object, path: string): Row => ({
  name: `a fork with ${name}`,
  send: (sessionId) => posting("/api/chat/fork", { sessionId, message: sentinel, ...body }),
  status: 400,
  path
})

/** Messages of chats, and what they are said to. */
export const chats: ReadonlyArray<Row> = [
  refused("no message", {}, "message"),
  refused("no messages", { messages: [] }, "message"),
  refused("an empty text", { message: text("") }, "message.parts"),
  refused("a text of NUL", { message: text(`${sentinel}\0`) }, "message.parts"),
  refused("half a character", { message: text(`${sentinel}\uD83D`) }, "message.parts"),
  refused("65 KiB", { message: text(sentinel.repeat(6_000)) }, "message.parts"),
  newest("a message that is none", sentinel, ""),
  newest("a message of the assistant", { ...text(sentinel), role: "assistant" }, ".role"),
  newest("a file", { parts: [{ type: "file", url: `data:,${sentinel}` }] }, ".parts.0.type"),
  newest("no parts", { parts: [] }, ".parts.0"),
  newest("an id of its own kind", { ...text(sentinel), id: ` ${sentinel}` }, ".id"),
  newest(
    "a note of an assessment",
    { ...text(sentinel), metadata: { assessment: { evidence: [] } } },
    ".metadata.assessment"
  ),
  refused("a session and a thread", { ...thread, sessionId: "session_1", message: sentinel }, "sessionId"),
  refused("half a thread", { ...thread, resourceId: undefined, message: sentinel }, "resourceId"),
  refused("a thread of 256 bytes", { ...thread, threadId: "ü".repeat(128), message: "hi" }, "threadId"),
  refused("another trigger", { trigger: sentinel, message: sentinel }, "trigger"),
  refused("nothing to regenerate", { sessionId: undefined, trigger: "regenerate-message" }, "sessionId"),
  refusedFork("no session", { sessionId: undefined }, "sessionId"),
  refusedFork("a sequence before all", { atSequence: -1 }, "atSequence"),
  refusedFork("half a name", { threadId: sentinel }, "resourceId"),
  {
    name: "a chat in a session whose id is 10,000 characters",
    send: () => posting("/api/chat", { id: "x".repeat(10_000), message: sentinel }),
    status: 404
  },
  {
    name: "a fork beyond the end",
    send: (sessionId) => posting("/api/chat/fork", { sessionId, atSequence: 1, message: sentinel }),
    status: 400
  }
]
