import {
  AgentName,
  Message,
  MessageContent,
  MessageId,
  Precision,
  Session,
  SessionId,
  type SessionSnapshot
} from "@workspace/domain"
import { DateTime, Option, Stream } from "effect"

const startMillis = 1_767_225_600_000
const content = MessageContent.make(
  "I like to be among “people” most of the time, naïve as it may sound. ".repeat(4)
)
/** So many messages of a session are read from the database at once. */
const pageSize = 500

/** A session of so many messages of about 300 bytes, made only as fast as they are taken. */
export const snapshot = (number: number, messageCount: number): SessionSnapshot => {
  const id = SessionId.make(`session_${startMillis}_${String(number).padStart(21, "0")}`)
  const now = DateTime.unsafeMake(startMillis + number)
  const session = new Session({
    ...Session.start(id, Option.none(), now),
    agent: AgentName.make("nerin"),
    precision: Precision.initial,
    // Nothing is left to score, which would change the session while it is measured.
    scoredThrough: messageCount,
    messageCount,
    questionCount: Math.floor(messageCount / 2)
  })
  const messages = Stream.range(1, messageCount, pageSize).pipe(
    Stream.map(
      (sequence) =>
        new Message({
          id: MessageId.make(`msg_${String(sequence).padStart(21, "0")}`),
          sessionId: id,
          sequence,
          role: sequence % 2 === 1 ? "assistant" : "user",
          content,
          metadata: {},
          createdAt: DateTime.add(now, { seconds: sequence })
        })
    )
  )
  return { session, estimates: Stream.empty, messages: messageCount === 0 ? Stream.empty : messages }
}
