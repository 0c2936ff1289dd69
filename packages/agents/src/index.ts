export { AgentDefinitions } from "./agent-definitions.ts"
export { type Item, items, scoreOfChoice } from "./nerin/item-bank.ts"
export { score } from "./nerin/scorer.ts"
export * as Agents from "./registry.ts"
