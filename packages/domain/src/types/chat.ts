import { Data, type Stream } from "effect"
import type { CallerMetadata } from "./evidence.ts"
import type { MessageId, SessionId } from "./ids.ts"
import type { Message } from "./message.ts"
import type { Reply } from "./reply.ts"
import type { ReplyEvent } from "./reply-event.ts"
import type { AgentName } from "./session.ts"
import type { ThreadKey } from "./thread.ts"

/** Which conversation it is about. */
export type ChatTarget = Data.TaggedEnum<{
  Session: { readonly sessionId: SessionId }
  Thread: { readonly thread: ThreadKey }
  /** One that is yet to be made. */
  New: object
}>
export const ChatTarget = Data.taggedEnum<ChatTarget>()

/** A message of the user as it comes. */
export interface ChatMessage {
  /** The caller's own id makes a retry safe: it gives the same reply. */
  readonly id?: MessageId | undefined
  readonly content: Message["content"]
  readonly metadata?: CallerMetadata | undefined
}

export interface SubmitMessage {
  readonly target: ChatTarget
  /** Who answers in a session that is made for the message; one that there is keeps its own. */
  readonly agent?: AgentName | undefined
  readonly message: ChatMessage
}

export interface RegenerateReply {
  readonly target: Exclude<ChatTarget, { readonly _tag: "New" }>
  /** The newest message of the user, or the newest answer to it. Left out: whatever that is. */
  readonly messageId?: MessageId | undefined
}

/** A fork that goes on with a message at once. */
export interface ForkAndSubmit {
  readonly from: RegenerateReply["target"]
  /** The last message that the fork shares. Left out: all that there are. */
  readonly atSequence?: number | undefined
  /** The caller's name for the fork. */
  readonly thread?: ThreadKey | undefined
  /** Left out: the parent's. */
  readonly agent?: AgentName | undefined
  readonly message: ChatMessage
}

/** How far somebody has come in a reply. */
export interface ReplyPosition {
  readonly replyId: MessageId
  /** The last chunk that was seen whole. */
  readonly after: number
}

/** A reply as somebody reads it. */
export interface ReplyReading {
  /** As it was when the reading began. */
  readonly reply: Reply
  /** The caller's name for the session, where it was used to find it. */
  readonly thread?: ThreadKey | undefined
  /** Its events from the position on, those that are still to come as they come. They are read as fast as they are taken. */
  readonly events: Stream.Stream<ReplyEvent>
}
