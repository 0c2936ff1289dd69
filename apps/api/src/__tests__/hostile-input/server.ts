import type { Database } from "@workspace/database"
import { Layer } from "effect"
import * as ScriptedSessions from "../../test-utils/scripted-sessions.ts"
import * as ServerInMemory from "../../test-utils/server-in-memory.ts"

/** All that production has but the listener: real repositories on a database of the test's. */
export const layerOn = <E>(database: Layer.Layer<Database, E>) =>
  ServerInMemory.layerServer(ScriptedSessions.layer).pipe(Layer.provide(database))
