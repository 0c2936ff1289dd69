import type { CallerMetadata } from "./evidence.ts"
import type { MessageId, SessionId, UserId } from "./ids.ts"
import type { LanguageTag } from "./language.ts"
import type { MessageContent, MessageRole } from "./message.ts"

/** What a session is started with. */
export interface StartSession {
  /** The owner. Left out: the caller, or nobody when the caller is nobody. */
  readonly userId?: UserId | undefined
  /** What the person speaks; becomes `language` of the session's metadata. */
  readonly language?: LanguageTag | undefined
}

/** A message to add, whoever says it. */
export interface AppendMessage {
  readonly sessionId: SessionId
  /** The caller's own id makes a retry safe: it gives the stored message and stores nothing. */
  readonly id?: MessageId | undefined
  readonly role: MessageRole
  readonly content: MessageContent
  readonly metadata?: CallerMetadata | undefined
  /** The last sequence that the caller has seen: the message is stored only if it comes right after it. */
  readonly expectedSequence?: number | undefined
}

/** A message of the user, to be answered. */
export interface SendMessage {
  readonly sessionId: SessionId
  /** The caller's own id makes a retry safe: it gives the first answer again. */
  readonly id?: MessageId | undefined
  readonly message: MessageContent
}
