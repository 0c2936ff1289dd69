import { Effect, Option } from "effect"
import { UnknownAgentError } from "../errors/agent.ts"
import type { AgentRegistry } from "../ports/agent.ts"
import type { AgentName } from "../types/session.ts"

/** Refuses a name that no agent has. */
export const checkKnown =
  (agents: AgentRegistry["Type"]) =>
  (name: AgentName): Effect.Effect<void, UnknownAgentError> =>
    Option.isNone(agents.find(name)) ? new UnknownAgentError({ agents: agents.names }) : Effect.void
