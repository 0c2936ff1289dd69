import { type Exchange, posting } from "../../test-utils/exchange.ts"
import { type Row, sentinel } from "./row.ts"

const asking = (fields: object) => (sessionId: string) => posting("/api/chat", { sessionId, ...fields })
const parts = (...texts: ReadonlyArray<string>) => texts.map((text) => ({ type: "text", text }))

const refused = (name: string, path: string, send: (sessionId: string) => Exchange): Row => ({
  name: `a chat with ${name}`,
  send,
  status: 400,
  path
})

const stored = (name: string, text: string, fields: object): Row => ({
  name: `a chat with ${name}`,
  send: asking(fields),
  status: 200,
  stored: text
})

const strange = "\u{1F468}\u200D\u{1F469}\u200D\u{1F467} \u202Eright\uFEFF e\u0301"

const resuming = (name: string, lastEventId: string): Row => ({
  name: `${name} as the last event`,
  send: (sessionId) => ({
    path: `/api/chat/${sessionId}/stream`,
    headers: { "last-event-id": lastEventId }
  }),
  status: 204
})

/** What must not hurt in chats. */
export const chats: ReadonlyArray<Row> = [
  refused("NUL", "message", asking({ message: `${sentinel}\0` })),
  refused("NUL in a piece", "message.parts", asking({ message: { parts: parts("a", `${sentinel}\0`) } })),
  refused("half a character", "message.parts", asking({ message: { parts: parts(`${sentinel}\uD83D`) } })),
  refused("a byte too much", "message.parts", asking({ message: { parts: parts("x".repeat(65_536), "x") } })),
  refused("an id that is none", "message.id", asking({ message: { id: `/${sentinel}`, parts: parts("a") } })),
  refused(
    "a file",
    "message.parts.0.type",
    asking({ message: { parts: [{ type: "file", url: sentinel }] } })
  ),
  refused(
    "the system's word",
    "message.role",
    asking({ message: { role: "system", parts: parts(sentinel) } })
  ),
  refused("a thread besides", "sessionId", asking({ threadId: sentinel, resourceId: "r", message: "a" })),
  refused("another trigger", "trigger", asking({ trigger: sentinel, message: "a" })),
  refused("a body that replaces a prototype", "", (sessionId) =>
    posting("/api/chat", `{"sessionId":"${sessionId}","message":{"__proto__":{"x":"${sentinel}"}}}`)
  ),
  refused("a thread of NUL", "threadId", () =>
    posting("/api/chat", { threadId: `${sentinel}\0`, resourceId: "r", message: "a" })
  ),
  refused("no message", "message", asking({})),
  refused("no messages", "message", asking({ messages: [] })),
  refused(
    "a message of the assistant",
    "messages.1.role",
    asking({ messages: [{ any: "thing" }, { role: "assistant", parts: parts(sentinel) }] })
  ),
  refused(
    "a note of an assessment",
    "messages.0.metadata.assessment",
    asking({ messages: [{ parts: parts(sentinel), metadata: { assessment: { evidence: [] } } }] })
  ),
  refused("half a thread", "resourceId", () => posting("/api/chat", { threadId: sentinel, message: "a" })),
  refused("nothing to regenerate", "sessionId", () =>
    posting("/api/chat", { trigger: "regenerate-message" })
  ),
  refused("a fork before all", "atSequence", (sessionId) =>
    posting("/api/chat/fork", { sessionId, atSequence: -1, message: sentinel })
  ),
  {
    name: "a chat in a session whose id is 10,000 characters",
    send: () => posting("/api/chat", { id: "x".repeat(10_000), message: sentinel }),
    status: 404
  },
  refused("a fork of nothing", "sessionId", () => posting("/api/chat/fork", { message: sentinel })),
  stored("strange text", strange, { message: strange }),
  stored("a character in two pieces", "\u{1F64F}", { message: { parts: parts("\uD83D", "\uDE4F") } }),
  stored("a long history of nonsense", "known", {
    messages: [...Array.from({ length: 5_000 }, () => [null]), { role: "user", parts: parts("known") }]
  }),
  stored("fields that nobody knows", "known", {
    message: { parts: parts("known"), createdAt: 0, sequence: 99 },
    userId: "mallory",
    constructor: 1
  }),
  resuming("nonsense", "x".repeat(8_000)),
  resuming("a number beyond all", "m-1:99999999999999999999.0"),
  resuming("an id of elsewhere", "m-1:0.0")
]
