import { AgentRegistry } from "@workspace/domain"
import { Effect, HashMap, Layer } from "effect"
import { type AgentDefinition, nerin } from "./agent-definitions.ts"
import { LanguageModels } from "./language-model/language-models.ts"
import * as Interviewer from "./nerin/interviewer.ts"
import type { StoppingRule } from "./nerin/item-selection.ts"

/** Nerin, who stops by the rule, and the agents of a configuration file, whom language models play. */
export const layer = (options: {
  readonly definitions: ReadonlyArray<AgentDefinition>
  readonly rule: StoppingRule
}) =>
  Layer.effect(
    AgentRegistry,
    Effect.gen(function* () {
      const models = yield* LanguageModels
      const played = yield* Effect.forEach(options.definitions, (definition) =>
        Effect.map(
          models.agent(definition),
          (agent) => [definition.name, { ...agent, savesEvery: definition.savesEvery }] as const
        )
      )
      const agents = HashMap.make([nerin, Interviewer.make(options.rule)], ...played)
      return {
        names: Array.from(HashMap.keys(agents)).sort(),
        find: (name) => HashMap.get(agents, name)
      }
    })
  )
