import { IdempotencyStorePg, SessionRepositoryPg } from "@workspace/database"
import { SessionCatalog, SessionManager } from "@workspace/domain"
import { Layer } from "effect"
import * as IdGeneratorLive from "./id-generator.ts"

/** The use cases, and what the handlers share with them, on real ports; the database and the agents are still requirements. */
export const layerOn = (repository: typeof SessionRepositoryPg.layer) =>
  Layer.mergeAll(SessionManager.layer, SessionCatalog.layer, IdempotencyStorePg.layer).pipe(
    Layer.provide(repository),
    Layer.provideMerge(IdGeneratorLive.layer)
  )

export const layer = layerOn(SessionRepositoryPg.layer)
