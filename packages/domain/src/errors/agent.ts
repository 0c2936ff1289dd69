import { Schema } from "effect"
import { AgentName } from "../types/session.ts"
import { problem, problemAnnotations } from "./problem.ts"

/** The agent gave no usable answer. The message that it was asked stays stored, and may be sent again. */
export class AgentUnavailableError extends Schema.TaggedError<AgentUnavailableError>()(
  "AgentUnavailableError",
  {
    ...problem({
      slug: "agent-unavailable",
      title: "The agent cannot answer now",
      status: 503,
      code: "AGENT_UNAVAILABLE",
      detail: "Your message is stored. Send it again with the same id to get its answer."
    }),
    agent: AgentName
  },
  problemAnnotations(503, "The agent gave no answer; the message is stored")
) {}
