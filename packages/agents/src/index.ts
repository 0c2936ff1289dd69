export * as AcknowledgingAgent from "./acknowledging-agent.ts"
