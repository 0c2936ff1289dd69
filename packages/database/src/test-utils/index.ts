export { freshDatabase } from "./databases.ts"
export { layerEmbeddedInMemory, layerPostgres } from "./layers.ts"
export { postgresServer } from "./postgres-server.ts"
