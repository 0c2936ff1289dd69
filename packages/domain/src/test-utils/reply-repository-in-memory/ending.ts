import { Option, Schema } from "effect"
import type { JsonObject } from "../../types/json.ts"
import { MessageContent } from "../../types/message.ts"
import { maxReplyData, Reply, ReplyNote, type ReplyPart, type ReplyStatus } from "../../types/reply.ts"
import type { Timestamp } from "../../types/timestamp.ts"
import { added } from "../session-repository-in-memory/steps.ts"
import type { Kept, KeptReply } from "../session-repository-in-memory/store.ts"

const encoder = new TextEncoder()
const encodeNote = Schema.encodeSync(ReplyNote)

/** The longest beginning that fits into a message. */
const beginningOf = (text: string) => text.slice(0, encoder.encodeInto(text, new Uint8Array(65_536)).read)

const merged = (parts: ReadonlyArray<ReplyPart>): JsonObject => {
  const { reply: _, ...data }: JsonObject = Object.assign(
    {},
    ...parts.map((part) => (part._tag === "Data" ? part.data : {}))
  )
  return data
}

/** How a reply that is streaming ends. */
export interface Ending {
  readonly status: Exclude<ReplyStatus, "streaming">
  readonly now: Timestamp
  readonly completes?: boolean | undefined
}

/** A session after the end of its reply. */
export const ended = (kept: Kept, { chunks, reply, ...rest }: KeptReply, ending: Ending) => {
  const { messages, session } = kept
  const parts = chunks.flatMap((chunk) => chunk.parts)
  const text = parts.map((part) => (part._tag === "Text" ? part.text : "")).join("")
  const said = messages.some(({ id }) => id === reply.id) ? "" : beginningOf(text)
  const data = merged(parts)
  const fits = encoder.encode(JSON.stringify(data)).length <= maxReplyData
  const isWhole = said !== "" && said === text && fits
  const status = ending.status === "complete" && !isWhole ? "interrupted" : ending.status
  const note = encodeNote({
    ...(status === "complete" ? {} : { status }),
    ...Option.match(reply.regenerates, { onNone: () => ({}), onSome: (regenerates) => ({ regenerates }) })
  })
  const completes = status === "complete" && ending.completes === true && session.status !== "aborted"
  const next = Option.match(Schema.decodeOption(MessageContent)(said), {
    onNone: () => kept,
    onSome: (content) => {
      const metadata = { ...(fits ? data : {}), ...(Object.keys(note).length === 0 ? {} : { reply: note }) }
      const message = { id: reply.id, sessionId: session.id, role: "assistant", content, metadata } as const
      return added(kept, message, { now: ending.now, completes })[1]
    }
  })
  const after = new Reply({
    ...reply,
    status,
    messageSequence: Option.liftPredicate(next.session.messageCount, (_) => _ > session.messageCount)
  })
  const endedAt = Option.some(ending.now)
  const replies = kept.replies.map((other) =>
    other.reply.id === reply.id ? { ...rest, chunks, reply: after, endedAt } : other
  )
  return [after, { ...next, replies }] as const
}
