export { AgentDefinitions } from "./agent-definitions.ts"
export { LanguageModels } from "./language-model/language-models.ts"
export * as Agents from "./registry.ts"
