import { Context, type Stream } from "effect"
import type { AgentUnavailableError } from "../errors/agent.ts"
import type { Conversation } from "../types/conversation.ts"

/** Who answers in a session. */
export class Agent extends Context.Tag("@workspace/domain/Agent")<
  Agent,
  {
    /**
     * The answer to a conversation's last message, as pieces of text in order. Together they are a
     * `MessageContent`.
     */
    readonly respond: (conversation: Conversation) => Stream.Stream<string, AgentUnavailableError>
  }
>() {}
