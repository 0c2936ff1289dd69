import type { HttpServer, HttpServerError } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { layer as itWithLayer, type Vitest } from "@effect/vitest"
import type { Identity } from "@workspace/contracts"
import type { Database } from "@workspace/database"
import { layerEmbeddedInMemory, layerPostgres } from "@workspace/database/test-utils"
import {
  AgentScripted,
  SessionRepositoryInMemory,
  WorkspaceRepositoryInMemory
} from "@workspace/domain/test-utils"
import { Effect, Layer, Logger, LogLevel, Option } from "effect"
import type * as Config from "../config.ts"
import * as Workspaces from "../workspaces.ts"
import * as ScriptedSessions from "./scripted-sessions.ts"
import * as ServerInMemory from "./server-in-memory.ts"

const layerAgent = Layer.unwrapEffect(
  Effect.map(AgentScripted.make(AgentScripted.says("Thank you.")), (agent) => agent.layer)
)

type Settings = Config.Settings["workspaces"]
type Surroundings = { readonly identity?: Layer.Layer<Identity> }

/** A server with a root, as it is after its start. */
type ServerOf<R> = (
  settings: Settings,
  surroundings?: Surroundings
) => Layer.Layer<HttpServer.HttpServer, HttpServerError.ServeError, R>

/** Workspaces in the store in memory of the sessions beside them. */
export const layerInMemory = (settings: Settings) =>
  Layer.provide(Workspaces.layerOn(WorkspaceRepositoryInMemory.layer)(settings), [
    layerAgent,
    SessionRepositoryInMemory.layer,
    NodeContext.layer
  ])

const inMemory: ServerOf<never> = (settings, surroundings) =>
  ServerInMemory.layerServer(ServerInMemory.layerSessions(AgentScripted.says("Thank you.")), {
    ...surroundings,
    workspaces: layerInMemory(settings)
  })

const onDatabase: ServerOf<Database> = (settings, surroundings) =>
  ServerInMemory.layerServer(ScriptedSessions.layer, {
    ...surroundings,
    workspaces: Layer.provide(Workspaces.layer(settings), [layerAgent, NodeContext.layer])
  })

const withoutLog = Layer.provide(Logger.minimumLogLevel(LogLevel.None))

/** The settings of a root, and of one that may have so many workspaces. */
export const rootAt = (root: string, maximum = 4): Settings => ({ root: Option.some(root), maximum })

/** The same tests of workspaces over each store that there is; each test serves the roots that it makes. */
export const onEveryStore = (
  name: string,
  describe: <R>(it: Vitest.MethodsNonLive<R, true>, serverOf: ServerOf<R>) => void
) => {
  const options = { excludeTestServices: true, timeout: "60 seconds" } as const
  itWithLayer(Layer.empty, options)(`${name}, in memory`, (it) =>
    describe(it, (...of) => withoutLog(inMemory(...of)))
  )
  itWithLayer(layerPostgres, options)(`${name}, on a server`, (it) =>
    describe(it, (...of) => withoutLog(onDatabase(...of)))
  )
  itWithLayer(layerEmbeddedInMemory, options)(`${name}, embedded`, (it) =>
    describe(it, (...of) => withoutLog(onDatabase(...of)))
  )
}
