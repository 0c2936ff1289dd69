import type { HttpServer } from "@effect/platform"
import { layer as itWithLayer, type Vitest } from "@effect/vitest"
import { layerEmbeddedInMemory, layerPostgres } from "@workspace/database/test-utils"
import { Layer } from "effect"
import * as ScriptedSessions from "./scripted-sessions.ts"
import * as ServerInMemory from "./server-in-memory.ts"

const stores = {
  "in memory": ServerInMemory.layer,
  "on a server": ServerInMemory.layerServer(ScriptedSessions.layer).pipe(Layer.provide(layerPostgres)),
  embedded: ServerInMemory.layerServer(ScriptedSessions.layer).pipe(Layer.provide(layerEmbeddedInMemory))
}

/** `it` with a server of the API. */
export type SuiteIt = Vitest.MethodsNonLive<HttpServer.HttpServer, true>

/** The same tests of the API over each store that there is. */
export const onEveryStore = (name: string, describe: (it: SuiteIt) => void) => {
  for (const [store, layer] of Object.entries(stores)) {
    itWithLayer(layer, { excludeTestServices: true, timeout: "60 seconds" })(`${name}, ${store}`, describe)
  }
}
