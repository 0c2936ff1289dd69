import { HttpApiSchema } from "@effect/platform"
import { Message, MessageId, Precision, ResourceId, Session, SessionId, ThreadId } from "@workspace/domain"
import { Schema } from "effect"
import { optional } from "./optional.ts"

/** A part of the AI SDK's UI message stream, version 1. */
const part = <const Type extends string, Fields extends Schema.Struct.Fields>(
  type: Type,
  identifier: string,
  description: string,
  fields: Fields,
  example: NoInfer<Schema.Struct.Type<{ readonly type: Schema.Literal<[Type]> } & Fields>>
) =>
  Schema.Struct({ type: Schema.Literal(type), ...fields }).annotations({
    identifier,
    description,
    examples: [example]
  })

/** A reply has one text. */
const textId = Schema.Literal("text")

/** Read by who listens, and not kept as a part of the message. */
const transient = Schema.Literal(true)

const sessionId = SessionId.make("session_1767225600000_V1StGXR8_Z5jdHi6B-myT")
const messageId = MessageId.make("msg_3jdHi6B-myTV1StGXR8_Z")

const stopped = "The reply was stopped."
const brokenOff = "The reply has broken off. What there is of it is kept; it can be regenerated."

const dataSession = part(
  "data-session",
  "DataSessionPart",
  "Which session it is: the first part",
  {
    data: Schema.Struct({
      sessionId: SessionId,
      threadId: optional(ThreadId),
      resourceId: optional(ResourceId)
    }),
    transient
  },
  { type: "data-session", data: { sessionId }, transient: true }
)

const dataPrecision = part(
  "data-precision",
  "DataPrecisionPart",
  "What the scores are worth by now, where the message before the reply has changed them",
  {
    id: Schema.Literal("precision"),
    data: Schema.Struct({ precision: Precision, scoredThrough: Session.fields.scoredThrough })
  },
  {
    type: "data-precision",
    id: "precision",
    data: { precision: Precision.initial, scoredThrough: 2 }
  }
)

const dataClosing = part(
  "data-closing",
  "DataClosingPart",
  "This server sends no more of the reply, which goes on: ask for the rest. The last part where it comes",
  { data: Schema.Struct({ reason: Schema.Literal("draining", "unavailable") }), transient },
  { type: "data-closing", data: { reason: "draining" }, transient: true }
)

/** What a reply's stream consists of. */
export const ChatPart = Schema.Union(
  dataSession,
  part(
    "start",
    "StartPart",
    "The message begins, under the id that it has when it is stored",
    { messageId: Message.fields.id },
    { type: "start", messageId }
  ),
  part("start-step", "StartStepPart", "The agent begins", {}, { type: "start-step" }),
  part("text-start", "TextStartPart", "The text begins", { id: textId }, { type: "text-start", id: "text" }),
  part(
    "text-delta",
    "TextDeltaPart",
    "The next piece of the text",
    { id: textId, delta: Schema.String },
    { type: "text-delta", id: "text", delta: "Thank you. " }
  ),
  part(
    "message-metadata",
    "MessageMetadataPart",
    "What goes into the metadata of the message",
    { messageMetadata: Message.fields.metadata },
    { type: "message-metadata", messageMetadata: { topic: "people" } }
  ),
  part("text-end", "TextEndPart", "The text is at its end", { id: textId }, { type: "text-end", id: "text" }),
  dataPrecision,
  part("finish-step", "FinishStepPart", "The agent is at its end", {}, { type: "finish-step" }),
  part(
    "finish",
    "FinishPart",
    "The reply is complete",
    { finishReason: Schema.Literal("stop") },
    { type: "finish", finishReason: "stop" }
  ),
  part(
    "abort",
    "AbortPart",
    "Somebody has stopped the reply; its text is kept",
    { reason: Schema.String },
    { type: "abort", reason: stopped }
  ),
  part(
    "error",
    "ErrorPart",
    "The reply has broken off; its text is kept",
    { errorText: Schema.String },
    { type: "error", errorText: brokenOff }
  ),
  dataClosing
).annotations({ identifier: "ChatPart", description: "The data of an event" })
export type ChatPart = typeof ChatPart.Type

const events = (...parts: ReadonlyArray<readonly [id: string, data: object | string]>) =>
  parts
    .map(
      ([id, data]) => `id: msg_3j:${id}\ndata: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`
    )
    .join("")

const example = events(
  ["0.0", { type: "data-session", data: { sessionId }, transient: true }],
  ["0.1", { type: "start", messageId: "msg_3j" }],
  ["0.2", { type: "start-step" }],
  ["0.3", { type: "text-start", id: "text" }],
  ["1.0", { type: "text-delta", id: "text", delta: "Thank you. Tell me more." }],
  ["2.0", { type: "text-end", id: "text" }],
  ["2.2", { type: "finish-step" }],
  ["2.3", { type: "finish", finishReason: "stop" }],
  ["done", "[DONE]"]
)

/** Server-sent events, each with an id for `Last-Event-ID` and a part in JSON, and after the last part `[DONE]`. */
export const ChatStream = HttpApiSchema.Text({ contentType: "text/event-stream" }).annotations({
  description: "The reply as it comes: the AI SDK's UI message stream, version 1, as server-sent events",
  examples: [example],
  jsonSchema: {
    type: "string",
    description:
      "Server-sent events. Each has an `id`, and as its data a part in JSON; after the last part comes `[DONE]`. Comments come while nothing else does.",
    examples: [example],
    contentMediaType: "text/event-stream",
    contentSchema: { $ref: "#/components/schemas/ChatPart" }
  }
})
