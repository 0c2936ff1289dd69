export { freshDatabase } from "./databases.ts"
export { layerEmbeddedInMemory, layerPostgres } from "./layers.ts"
export { type PostgresServerOptions, postgresServer } from "./postgres-server.ts"
export { PostgresServerError } from "./server-user.ts"
