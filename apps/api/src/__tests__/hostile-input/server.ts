import { AcknowledgingAgent } from "@workspace/agents"
import { type Database, SessionRepositoryPg } from "@workspace/database"
import { SessionCatalog, SessionManager } from "@workspace/domain"
import { Layer } from "effect"
import * as IdGeneratorLive from "../../id-generator.ts"
import * as ServerInMemory from "../../test-utils/server-in-memory.ts"

const layerSessions = Layer.merge(SessionManager.layer, SessionCatalog.layer).pipe(
  Layer.provide([SessionRepositoryPg.layer, IdGeneratorLive.layer, AcknowledgingAgent.layer])
)

/** All that production has but the listener: real repositories on a database of the test's. */
export const layerOn = <E>(database: Layer.Layer<Database, E>) =>
  ServerInMemory.layerServer(layerSessions).pipe(Layer.provide(database))
