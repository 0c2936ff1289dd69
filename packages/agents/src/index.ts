export * as AcknowledgingAgent from "./acknowledging-agent.ts"
export { AgentDefinition } from "./agent-definitions.ts"
export { LanguageModels } from "./language-model/language-models.ts"
