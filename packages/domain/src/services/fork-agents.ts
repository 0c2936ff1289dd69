import { Effect, Option } from "effect"
import { UnknownAgentError } from "../errors/agent.ts"
import { UnauthorizedError } from "../errors/identity.ts"
import { AgentRegistry } from "../ports/agent.ts"
import { Caller } from "../types/caller.ts"
import type { AgentName } from "../types/session.ts"

/** Refuses who may not answer in a fork. Agents may cost money: whom nobody knows gets the parent's, and chooses no other. */
export const make = Effect.map(
  AgentRegistry,
  (agents) =>
    (
      caller: Caller,
      agent: AgentName | undefined
    ): Effect.Effect<void, UnauthorizedError | UnknownAgentError> => {
      if (agent === undefined) return Effect.void
      if (Caller.$is("Anonymous")(caller)) return new UnauthorizedError()
      return Option.isNone(agents.find(agent)) ? new UnknownAgentError({ agents: agents.names }) : Effect.void
    }
)
