import { Effect } from "effect"
import type { UnknownAgentError } from "../errors/agent.ts"
import { UnauthorizedError } from "../errors/identity.ts"
import { AgentRegistry } from "../ports/agent.ts"
import { Caller } from "../types/caller.ts"
import type { AgentName } from "../types/session.ts"
import { checkKnown } from "./known-agent.ts"

/** Refuses who may not answer in a fork. Agents may cost money: whom nobody knows gets the parent's, and chooses no other. */
export const make = Effect.map(
  Effect.map(AgentRegistry, checkKnown),
  (check) =>
    (
      caller: Caller,
      agent: AgentName | undefined
    ): Effect.Effect<void, UnauthorizedError | UnknownAgentError> => {
      if (agent === undefined) return Effect.void
      if (Caller.$is("Anonymous")(caller)) return new UnauthorizedError()
      return check(agent)
    }
)
