import * as Prompt from "@effect/ai/Prompt"
import type { Context } from "./context.ts"

const opening: Prompt.MessageEncoded = { role: "user", content: "(The conversation begins.)" }

// Anthropic refuses a request with a blank message, so that one would silence its session for good.
const orBlank = (content: string) => (content.trim() === "" ? "(blank)" : content)

/**
 * A conversation as a provider takes it: the agent's instructions, then the messages in order. Instructions of the
 * session all stand in front, because Anthropic knows no other place for them; a conversation that the assistant
 * begins gets an opening of the person, because Anthropic asks for one.
 */
export const promptFor = (systemPrompt: string, { instructions, talk }: Context): Prompt.Prompt =>
  Prompt.make([
    ...[systemPrompt, ...instructions.map(orBlank)].map(
      (content): Prompt.MessageEncoded => ({ role: "system", content })
    ),
    ...(talk[0]?.role === "user" ? [] : [opening]),
    ...talk.map(({ content, role }): Prompt.MessageEncoded => ({ role, content: orBlank(content) }))
  ])
