export { AgentDefinitions } from "./agent-definitions.ts"
export * as Agents from "./registry.ts"
