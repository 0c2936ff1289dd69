import type { ChatPart } from "@workspace/contracts"
import { MessageId, type Reply, type ReplyEvent, type ReplyPart, type ReplyReading } from "@workspace/domain"
import { Option, Schema, Struct } from "effect"

/** Where an event stands in a reply: by the chunk that it belongs to, and in that. 0 is before the chunks. */
interface Place {
  readonly chunk: number
  readonly index: number
}

/** How far a client has come in a reply. */
export interface Seen extends Place {
  readonly replyId: MessageId
}

/** What is sent to a client: a part, which has a place in the reply or none, the end of all parts, or a sign of life. */
export type ChatEvent =
  | { readonly place: Place; readonly part: ChatPart }
  | { readonly place: "done" }
  | { readonly place: "silence" }
  | { readonly place: "lost" | "closing"; readonly part: ChatPart }

const decodeId = Schema.decodeOption(MessageId)

/** What a `Last-Event-ID` says; none of anything else, and after the last event. */
export const seenIn = (lastEventId: string | undefined): Option.Option<Seen> => {
  const [, id = "", chunk, index] = /^(.+):(\d{1,9})\.(\d{1,9})$/.exec(lastEventId ?? "") ?? []
  return Option.map(decodeId(id), (replyId) => ({ replyId, chunk: Number(chunk), index: Number(index) }))
}

const id = "text" as const

const inChunk = (chunk: number, parts: ReadonlyArray<ChatPart>): ReadonlyArray<ChatEvent> =>
  parts.map((part, index) => ({ place: { chunk, index }, part }))

const partOf = (part: ReplyPart): ChatPart =>
  part._tag === "Text"
    ? { type: "text-delta", id, delta: part.text }
    : { type: "message-metadata", messageMetadata: part.data }

/** How the stream of a reply begins. */
export const opening = ({ reply: { id: messageId, sessionId }, thread }: ReplyReading) =>
  inChunk(0, [
    // Kept as a part it would make a message of its own, because it comes before the message begins.
    { type: "data-session", data: { sessionId, ...thread }, transient: true },
    { type: "start", messageId },
    { type: "start-step" },
    { type: "text-start", id }
  ])

const lastPartOf = ({ status }: Reply): ChatPart => {
  switch (status) {
    case "complete":
      return { type: "finish", finishReason: "stop" }
    case "cancelled":
      return { type: "abort", reason: "The reply was stopped." }
    default:
      return {
        type: "error",
        errorText: "The reply has broken off. What there is of it is kept; it can be regenerated."
      }
  }
}

/** What comes after the chunks has always the same places, whatever of it there is. */
const atEnd = ({ chunkCount }: Reply, index: number, part: ChatPart): ChatEvent => ({
  place: { chunk: Math.max(chunkCount, 1) + 1, index },
  part
})

/** What a client is sent of a reply. */
export const eventsOf = (event: ReplyEvent): ReadonlyArray<ChatEvent> => {
  switch (event._tag) {
    case "Chunk":
      return inChunk(event.chunk.index, event.chunk.parts.map(partOf))
    case "Silence":
      return [{ place: "silence" }]
    case "Told":
      return [atEnd(event.reply, 0, { type: "text-end", id })]
    case "Scored": {
      const data = Struct.pick(event, "precision", "scoredThrough")
      return [atEnd(event.reply, 1, { type: "data-precision", id: "precision", data })]
    }
    case "Ended":
      return [
        atEnd(event.reply, 2, { type: "finish-step" }),
        atEnd(event.reply, 3, lastPartOf(event.reply)),
        { place: "done" }
      ]
    case "Lost":
      return [
        { place: "lost", part: { type: "error", errorText: "The session is not there any more." } },
        { place: "done" }
      ]
  }
}

/** Whether a client that has come so far has not had this event. */
export const isAfter =
  (seen: Option.Option<Seen>) =>
  ({ place }: ChatEvent): boolean =>
    typeof place === "string" ||
    Option.match(seen, {
      onNone: () => true,
      onSome: ({ chunk, index }) => place.chunk > chunk || (place.chunk === chunk && place.index > index)
    })
