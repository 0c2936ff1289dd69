import * as Prompt from "@effect/ai/Prompt"
import type { Conversation, Message } from "@workspace/domain"

const opening: Prompt.MessageEncoded = { role: "user", content: "(The conversation begins.)" }

// Anthropic refuses a request with a blank message, so that one would silence its session for good.
const textOf = ({ content }: Message) => (content.trim() === "" ? "(blank)" : content)

/**
 * A conversation as a provider takes it: the agent's instructions, then all messages in order, however many.
 * Instructions of the session (`system`) all stand in front, because Anthropic knows no other place for them; a
 * conversation that the assistant begins gets an opening of the person, because Anthropic asks for one.
 */
export const promptFor = (systemPrompt: string, { messages }: Conversation): Prompt.Prompt => {
  const instructions = messages.filter(({ role }) => role === "system").map(textOf)
  const talk = messages.flatMap(
    (message): ReadonlyArray<Prompt.MessageEncoded> =>
      message.role === "system" ? [] : [{ role: message.role, content: textOf(message) }]
  )
  return Prompt.make([
    ...[systemPrompt, ...instructions].map((content): Prompt.MessageEncoded => ({ role: "system", content })),
    ...(talk[0]?.role === "user" ? [] : [opening]),
    ...talk
  ])
}
