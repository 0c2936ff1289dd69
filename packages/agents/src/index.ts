export * as AcknowledgingAgent from "./acknowledging-agent.ts"
export * as NerinScorer from "./scorer.ts"
