import { Schema } from "effect"
import { SessionId } from "../types/ids.ts"
import { AgentName } from "../types/session.ts"
import { problem, problemAnnotations } from "./problem.ts"

/** No agent has the name that was chosen. */
export class UnknownAgentError extends Schema.TaggedError<UnknownAgentError>()(
  "UnknownAgentError",
  {
    ...problem({
      slug: "unknown-agent",
      title: "No such agent",
      status: 400,
      code: "VALIDATION_ERROR",
      example: "No agent has this name. There are: nerin, smart."
    }),
    agents: Schema.Array(AgentName).annotations({
      description: "The names of all agents that there are",
      examples: [[AgentName.make("nerin"), AgentName.make("smart")]]
    })
  },
  problemAnnotations(400, "There is no agent of this name")
) {
  override readonly detail = `No agent has this name. There are: ${this.agents.join(", ")}.`
}

/** The agent gave no usable answer. The message that it was asked stays stored, and may be sent again. */
export class AgentUnavailableError extends Schema.TaggedError<AgentUnavailableError>()(
  "AgentUnavailableError",
  {
    ...problem({
      slug: "agent-unavailable",
      title: "The agent cannot answer now",
      status: 503,
      code: "AGENT_UNAVAILABLE",
      detail: "Your message is stored. Send it again to its session with the same id to get its answer."
    }),
    agent: AgentName,
    sessionId: Schema.optionalWith(SessionId, { exact: true }).annotations({
      description: "Where the message is stored, also if the session was made for it"
    })
  },
  problemAnnotations(503, "The agent gave no answer; the message is stored")
) {}
