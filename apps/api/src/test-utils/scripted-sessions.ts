import { FileSystem } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { FileArchiveStore } from "@workspace/archive"
import { SessionRepositoryPg } from "@workspace/database"
import { AgentScripted } from "@workspace/domain/test-utils"
import { Effect, Layer } from "effect"
import * as Sessions from "../sessions.ts"

type Script = Parameters<typeof AgentScripted.make>

const layerAgent = (script: Script) =>
  Layer.unwrapEffect(Effect.map(AgentScripted.make(...script), (agent) => agent.layer))

/** Saved sessions in an empty folder, which is removed with the scope. */
export const layerFiles = Layer.unwrapScoped(
  Effect.flatMap(FileSystem.FileSystem, (files) =>
    Effect.map(files.makeTempDirectoryScoped({ prefix: "big-ocean-api-" }), (directory) =>
      FileArchiveStore.layer({ directory })
    )
  )
).pipe(Layer.orDie, Layer.provide(NodeContext.layer))

/** The use cases on real ports, with an agent that follows a script. */
export const layerOf = (...script: Script) => Layer.provide(Sessions.layer, [layerAgent(script), layerFiles])

/** The use cases on real ports, with an agent that answers everything in the same words. */
export const layerOn = (repository: typeof SessionRepositoryPg.layer) =>
  Layer.provide(Sessions.layerOn(repository), [
    layerAgent([AgentScripted.says("Thank you. ", "Tell me more.")]),
    layerFiles
  ])

export const layer = layerOn(SessionRepositoryPg.layer)
