export { openAi } from "./protocols.ts"
export * as ProviderServer from "./provider-server.ts"
