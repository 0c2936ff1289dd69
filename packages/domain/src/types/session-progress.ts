import { Option, Schema } from "effect"
import type { Message } from "./message.ts"
import { Completion, type Session } from "./session.ts"

type Said = Pick<Message, "role" | "metadata">

const Noted = Schema.Struct({ assessment: Schema.Struct({ completion: Completion }) })
const decodeNoted = Schema.decodeUnknownOption(Noted)

/** How far the talk has come with a message, as its agent noted in it: whatever else the note holds. */
const completionNoted = ({ metadata }: Pick<Message, "metadata">): Option.Option<number> =>
  "assessment" in metadata
    ? Option.map(decodeNoted(metadata), ({ assessment }) => assessment.completion)
    : Option.none()

/** What a session tells of its progress. */
export type SessionProgress = Pick<Session, "questionCount" | "completion">

/** How far a talk has come with one more message. */
export const progressWith = (
  { completion, questionCount }: SessionProgress,
  message: Said,
  before: Pick<Message, "role"> | undefined
): SessionProgress => ({
  questionCount: questionCount + (message.role === "user" && before?.role === "assistant" ? 1 : 0),
  completion: Option.getOrElse(completionNoted(message), () => completion)
})

/** How far a talk of these messages has come; a completed one has come to its end. */
export const progressOf = (
  messages: ReadonlyArray<Said>,
  { status }: Pick<Session, "status">
): SessionProgress => {
  const progress = messages.reduce<SessionProgress>(
    (before, message, n) => progressWith(before, message, messages[n - 1]),
    { questionCount: 0, completion: 0 }
  )
  return status === "completed" ? { ...progress, completion: 100 } : progress
}
