import { Context, Data, type Option, type Stream } from "effect"
import type { AgentUnavailableError } from "../errors/agent.ts"
import type { Conversation } from "../types/conversation.ts"
import type { JsonObject } from "../types/json.ts"
import type { AgentName } from "../types/session.ts"

/** A piece of an agent's answer. */
export type AgentPart = Data.TaggedEnum<{
  /** The next piece of the text. All pieces together are a `MessageContent`. */
  Text: { readonly text: string }
  /** What goes into the metadata of the answer; a later value replaces an earlier one of the same name. */
  Data: { readonly data: JsonObject }
  /** The talk is over: with this answer the session is completed. */
  Completes: object
}>
export const AgentPart = Data.taggedEnum<AgentPart>()

/** Who answers in a session. */
export interface Agent {
  /** The answer to a conversation's last message, as parts in order. */
  readonly respond: (conversation: Conversation) => Stream.Stream<AgentPart, AgentUnavailableError>
  /** After how many answers of the user its sessions are saved, 0 for never; left out: as those of others are. */
  readonly savesEvery?: number | undefined
}

/** The agents that there are, by name. */
export class AgentRegistry extends Context.Tag("@workspace/domain/AgentRegistry")<
  AgentRegistry,
  {
    /** All names, in alphabetical order. */
    readonly names: ReadonlyArray<AgentName>
    readonly find: (name: AgentName) => Option.Option<Agent>
  }
>() {}
