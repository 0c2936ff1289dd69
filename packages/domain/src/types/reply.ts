import { Schema } from "effect"
import { MessageId, SessionId } from "./ids.ts"
import { JsonObject } from "./json.ts"
import { Message } from "./message.ts"
import { Timestamp } from "./timestamp.ts"

export const ReplyStatus = Schema.Literal("streaming", "complete", "interrupted", "cancelled").annotations({
  description:
    "`streaming` while it is on its way; `cancelled` when somebody stopped it, `interrupted` when it broke off by itself",
  examples: ["complete"]
})
export type ReplyStatus = typeof ReplyStatus.Type

/**
 * An answer on its way, or how it ended. Its id is that of the message which it becomes: of a reply that was stopped or
 * broke off the text that was there, if there was any.
 */
export class Reply extends Schema.Class<Reply>("Reply")(
  {
    id: MessageId,
    sessionId: SessionId,
    /** The message of the user that it answers. */
    questionId: MessageId,
    questionSequence: Message.fields.sequence,
    /** The answer to the same message that this one takes the place of. */
    regenerates: Schema.OptionFromNullOr(MessageId),
    status: ReplyStatus,
    chunkCount: Schema.Number.pipe(
      Schema.int(),
      Schema.nonNegative({ description: "How many pieces of it are stored for a replay", examples: [3] })
    ),
    /** Where it stands as a message, once it has ended with any text. */
    messageSequence: Schema.OptionFromNullOr(Message.fields.sequence),
    createdAt: Timestamp
  },
  { description: "An answer on its way, or how it ended" }
) {}

/** How many bytes of JSON all data of a reply together may be: with its note it is the metadata of a message. */
export const maxReplyData = 16_000

/** Which reply. */
export type ReplyKey = Pick<Reply, "sessionId" | "id">

/** A piece of a reply as the agent gave it. All texts of a reply together are the content of its message. */
export const ReplyPart = Schema.Union(
  Schema.TaggedStruct("Text", { text: Schema.NonEmptyString }),
  Schema.TaggedStruct("Data", { data: JsonObject })
)
export type ReplyPart = typeof ReplyPart.Type

/** Some pieces of a reply that were stored together: 1, 2, 3 … without gaps. */
export const ReplyChunk = Schema.Struct({
  index: Schema.Number.pipe(Schema.int(), Schema.positive()),
  parts: Schema.NonEmptyArray(ReplyPart)
})
export type ReplyChunk = typeof ReplyChunk.Type

/** A reply and some of its chunks in order, both as of one moment. */
export interface ReplyPage {
  readonly reply: Reply
  readonly chunks: ReadonlyArray<ReplyChunk>
}

/** What an answer says about itself in the metadata of its message, under `reply`, when it is not simply the answer. */
export const ReplyNote = Schema.Struct({
  status: Schema.optionalWith(Schema.Literal("interrupted", "cancelled"), { exact: true }),
  regenerates: Schema.optionalWith(MessageId, { exact: true })
})
export type ReplyNote = typeof ReplyNote.Type
