import type { Conversation, Message } from "@workspace/domain"
import { Array, Number } from "effect"

/** What a model is told of a conversation. */
export interface Context {
  /** The instructions of the session, in order. */
  readonly instructions: ReadonlyArray<string>
  /** What was said, in order. */
  readonly talk: ReadonlyArray<{ readonly role: "user" | "assistant"; readonly content: string }>
}

/** What stands around a message in a request and takes a few tokens, too, however short the message is. */
const frameBytes = 16

const encoder = new TextEncoder()
const bytesOf = ({ content }: Pick<Message, "content">) => encoder.encode(content).length + frameBytes

/** The longest end of the messages that has at most so many bytes, and how many it leaves. */
const newestWithin = (messages: ReadonlyArray<Message>, bytes: number) => {
  let left = bytes
  const kept = Array.takeWhile(Array.reverse(messages), (message) => {
    const size = bytesOf(message)
    if (size > left) return false
    left -= size
    return true
  })
  return { kept: Array.reverse(kept), left }
}

/**
 * The newest of a conversation that has at most so many bytes of UTF-8; a text has no more tokens than bytes. The
 * last message is always there. After it come the instructions, the newest before the older ones, and what was said
 * has the rest. Where some of that is left out, what is there begins with a message of the person.
 */
export const contextOf = ({ messages }: Conversation, bytes: number): Context => {
  const last = messages.slice(-1)
  const [said, instructions] = Array.partition(messages.slice(0, -1), ({ role }) => role === "system")
  const ofInstructions = newestWithin(instructions, bytes - Number.sumAll(last.map(bytesOf)))
  const ofSaid = newestWithin(said, ofInstructions.left)
  const talk = [...ofSaid.kept, ...last].flatMap(({ content, role }) =>
    role === "system" ? [] : [{ role, content }]
  )
  return {
    instructions: [...ofInstructions.kept, ...last]
      .filter(({ role }) => role === "system")
      .map(({ content }) => content),
    talk:
      ofSaid.kept.length === said.length ? talk : Array.dropWhile(talk, ({ role }) => role === "assistant")
  }
}
