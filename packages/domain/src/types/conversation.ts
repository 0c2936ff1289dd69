import { Schema } from "effect"
import { Message } from "./message.ts"
import { Session } from "./session.ts"

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
}
