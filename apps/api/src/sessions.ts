import { AcknowledgingAgent } from "@workspace/agents"
import { SessionRepositoryPg } from "@workspace/database"
import { SessionCatalog, SessionManager } from "@workspace/domain"
import { Layer } from "effect"
import * as IdGeneratorLive from "./id-generator.ts"

/** The use cases on their real ports; the database is still a requirement. */
export const layer = Layer.merge(SessionManager.layer, SessionCatalog.layer).pipe(
  Layer.provide([SessionRepositoryPg.layer, IdGeneratorLive.layer, AcknowledgingAgent.layer])
)
