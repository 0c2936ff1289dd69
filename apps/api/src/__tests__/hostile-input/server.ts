import type { Database } from "@workspace/database"
import { Layer } from "effect"
import * as Sessions from "../../sessions.ts"
import * as ServerInMemory from "../../test-utils/server-in-memory.ts"

/** All that production has but the listener: real repositories on a database of the test's. */
export const layerOn = <E>(database: Layer.Layer<Database, E>) =>
  ServerInMemory.layerServer(Sessions.layer).pipe(Layer.provide(database))
