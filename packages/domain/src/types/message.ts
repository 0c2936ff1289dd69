import { Equal, Option, Schema, Utils } from "effect"
import { MessageId, SessionId } from "./ids.ts"
import { JsonObject } from "./json.ts"
import { Session, Title } from "./session.ts"
import { storableText } from "./text.ts"
import { Timestamp } from "./timestamp.ts"

/** Of UTF-8. */
export const maxContentBytes = 65_536

/** 1 character to 64 KiB of UTF-8. */
export const MessageContent = storableText(maxContentBytes).pipe(
  Schema.annotations({
    description: "1 character to 64 KiB of UTF-8",
    examples: ["I like to be among people, most of the time.", "Thank you. Tell me more."]
  }),
  Schema.brand("MessageContent")
)
export type MessageContent = typeof MessageContent.Type

export const MessageRole = Schema.Literal("user", "assistant", "system").annotations({
  description: "Who says it",
  examples: ["user", "assistant"]
})
export type MessageRole = typeof MessageRole.Type

/** One message of a session. Its sequence is the only order and the only cursor; `createdAt` is for people. */
export class Message extends Schema.Class<Message>("Message")(
  {
    id: MessageId,
    sessionId: SessionId,
    sequence: Schema.Number.pipe(
      Schema.int(),
      Schema.between(1, 2_147_483_647, {
        description: "Its place in the session: 1, 2, 3 … without gaps. The only order and the only cursor",
        examples: [1, 2]
      })
    ),
    role: MessageRole,
    content: MessageContent,
    metadata: JsonObject,
    createdAt: Timestamp
  },
  { description: "The stored message" }
) {
  /** Whether a message that comes under the same id is this one again: same role, content and metadata. */
  hasBodyOf(other: Pick<Message, "role" | "content" | "metadata">): boolean {
    return (
      this.role === other.role &&
      this.content === other.content &&
      Utils.structuralRegion(() => Equal.equals(this.metadata, other.metadata))
    )
  }
}

/** Which messages to give, by sequence: of those after `after`, by default 0, and before `before` the last; without `before` the first. */
export interface MessageRange {
  readonly limit: number
  readonly after?: number
  readonly before?: number
}

/** Some of a session's messages, in order of sequence. */
export class MessagePage extends Schema.Class<MessagePage>("MessagePage")(
  {
    messages: Schema.Array(Message),
    messageCount: Session.fields.messageCount
  },
  { description: "Some of the session's messages, in order" }
) {}

const titleCharacters = 80
/** More than a title has, of nearly all messages. */
const titleUnits = 256
/** As many characters as a title has at most; `u` counts them and not their units. */
const titleStart = new RegExp(`^.{0,${titleCharacters}}`, "su")

const lineOf = (text: string) => text.trim().replaceAll(/\s+/g, " ")

/** The first words of a message, for a session that has no title yet. None of blanks alone. */
export const titleFrom = (content: MessageContent): Option.Option<Title> => {
  const beginning = lineOf(content.slice(0, titleUnits))
  // A character is two units at most, and a blank at the end of the beginning may be lost.
  const isEnough = content.length <= titleUnits || beginning.length > 2 * titleCharacters
  const line = isEnough ? beginning : lineOf(content)
  const [start = ""] = titleStart.exec(line) ?? []
  const text = start.length === line.length ? line : `${start.replace(/ \S*$/, "")}…`
  return text === "" ? Option.none() : Option.some(Title.make(text, { disableValidation: true }))
}
