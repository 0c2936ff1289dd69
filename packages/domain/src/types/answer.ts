import { Schema } from "effect"
import { Message } from "./message.ts"
import { Precision } from "./precision.ts"

/** What an agent said to a message, and what the session's scores are worth by then. */
export class Answer extends Schema.Class<Answer>("Answer")({
  response: Message.fields.content,
  precision: Precision,
  /** The id of the stored answer. */
  messageId: Message.fields.id,
  /** The sequence of the stored answer: the cursor after which the session goes on. */
  sequence: Message.fields.sequence
}) {}
