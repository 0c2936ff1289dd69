import { Option, Schema } from "effect"
import { Message } from "./message.ts"
import { ReplyNote } from "./reply.ts"
import { Session, type SessionVersion } from "./session.ts"

const noteOf = Schema.decodeUnknownOption(Schema.Struct({ reply: ReplyNote }))

/** The fields of messages that an answer with a whole conversation has, in their order. */
export const messageShapes = {
  whole: ["id", "sessionId", "sequence", "role", "content", "metadata", "createdAt"],
  said: ["id", "role", "content", "createdAt", "sequence"]
} as const satisfies Record<string, ReadonlyArray<keyof typeof Message.fields>>
export type MessageShape = keyof typeof messageShapes

/** A conversation as it is sent. */
export interface ConversationText {
  readonly version: SessionVersion
  /** JSON of `{session, messages}` in UTF-8, as their schemas encode it. Others have the same bytes: nobody changes them. */
  readonly bytes: Uint8Array
}

/** A session and all its messages in order, as of one moment. */
export class Conversation extends Schema.Class<Conversation>("Conversation")(
  {
    session: Session,
    messages: Schema.Array(Message)
  },
  { description: "The session and all its messages in order, as of one moment" }
) {
  /** The conversation as it stood at a sequence, with the session as it is now. */
  upTo(sequence: Message["sequence"]): Conversation {
    const messages = this.messages.filter((message) => message.sequence <= sequence)
    return new Conversation({ session: this.session, messages }, { disableValidation: true })
  }

  /** The conversation without the answers that others have taken the place of. */
  get withoutReplaced(): Conversation {
    const replaced = new Set(
      this.messages
        .filter(({ role }) => role === "assistant")
        .map(({ metadata }) => Option.getOrUndefined(noteOf(metadata))?.reply.regenerates)
    )
    const messages = this.messages.filter(({ id, role }) => role !== "assistant" || !replaced.has(id))
    return new Conversation({ session: this.session, messages }, { disableValidation: true })
  }
}
