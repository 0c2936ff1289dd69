import type { HttpServer } from "@effect/platform"
import { layer as itWithLayer, type Vitest } from "@effect/vitest"
import { ThreadRepositoryPg } from "@workspace/database"
import { layerEmbeddedInMemory, layerPostgres } from "@workspace/database/test-utils"
import type { ThreadRepository } from "@workspace/domain"
import { SessionRepositoryInMemory, ThreadRepositoryInMemory } from "@workspace/domain/test-utils"
import { Layer } from "effect"
import * as ScriptedSessions from "./scripted-sessions.ts"
import * as ServerInMemory from "./server-in-memory.ts"

const onDatabase = Layer.merge(ServerInMemory.layerServer(ScriptedSessions.layer), ThreadRepositoryPg.layer)

const stores = {
  "in memory": Layer.merge(
    ServerInMemory.layer,
    ThreadRepositoryInMemory.layer.pipe(Layer.provide(SessionRepositoryInMemory.layer))
  ),
  "on a server": onDatabase.pipe(Layer.provide(layerPostgres)),
  embedded: onDatabase.pipe(Layer.provide(layerEmbeddedInMemory))
}

/** `it` with a server of the API, and the threads in its store. */
export type SuiteIt = Vitest.MethodsNonLive<HttpServer.HttpServer | ThreadRepository, true>

/** The same tests of the API over each store that there is. */
export const onEveryStore = (name: string, describe: (it: SuiteIt) => void) => {
  for (const [store, layer] of Object.entries(stores)) {
    itWithLayer(layer, { excludeTestServices: true, timeout: "60 seconds" })(`${name}, ${store}`, describe)
  }
}
