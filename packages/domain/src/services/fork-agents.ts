import { Effect } from "effect"
import type { UnknownAgentError } from "../errors/agent.ts"
import type { UnauthorizedError } from "../errors/identity.ts"
import { AgentRegistry } from "../ports/agent.ts"
import type { Caller } from "../types/caller.ts"
import type { AgentName } from "../types/session.ts"
import { identified } from "./identified.ts"
import { checkKnown } from "./known-agent.ts"

/** Refuses who may not answer in a fork. Agents may cost money: whom nobody knows gets the parent's, and chooses no other. */
export const make = Effect.map(
  Effect.map(AgentRegistry, checkKnown),
  (check) =>
    (
      caller: Caller,
      agent: AgentName | undefined
    ): Effect.Effect<void, UnauthorizedError | UnknownAgentError> =>
      agent === undefined ? Effect.void : Effect.zipRight(identified(caller), check(agent))
)
