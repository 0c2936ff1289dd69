import { type Agent, AgentRegistry, AgentUnavailableError } from "@workspace/domain"
import { Effect, HashMap, Layer, Stream } from "effect"
import { type AgentDefinition, nerin } from "./agent-definitions.ts"
import * as Interviewer from "./nerin/interviewer.ts"
import type { StoppingRule } from "./nerin/item-selection.ts"

/** No provider can be asked: the agent is known, and never there. */
const withoutProvider = ({ name, provider }: AgentDefinition): Agent => ({
  respond: () =>
    Stream.execute(
      Effect.logWarning("The agent has no provider").pipe(Effect.annotateLogs({ name, provider }))
    ).pipe(Stream.concat(Stream.fail(new AgentUnavailableError({ agent: name }))))
})

/** Nerin, who stops by the rule, and the agents of a configuration file. */
export const layer = (options: {
  readonly definitions: ReadonlyArray<AgentDefinition>
  readonly rule: StoppingRule
}) => {
  const agents = HashMap.make(
    [nerin, Interviewer.make(options.rule)],
    ...options.definitions.map((definition) => [definition.name, withoutProvider(definition)] as const)
  )
  return Layer.succeed(AgentRegistry, {
    names: Array.from(HashMap.keys(agents)).sort(),
    find: (name) => HashMap.get(agents, name)
  })
}
