import { Option, Schema } from "effect"
import { Message } from "./message.ts"
import { ReplyNote } from "./reply.ts"
import { Session } from "./session.ts"

const noteOf = Schema.decodeUnknownOption(Schema.Struct({ reply: ReplyNote }))

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
