import { WorkspaceRepositoryPg } from "@workspace/database"
import { WorkspaceManager, type WorkspaceRepository } from "@workspace/domain"
import { FileWorkspaceSnapshots, GitWorktrees } from "@workspace/workspaces"
import { Effect, Layer, Option } from "effect"
import type * as Config from "./config.ts"
import * as IdGeneratorLive from "./id-generator.ts"
import { Metrics } from "./metrics.ts"
import { layerCounted, layerTimed } from "./workspace-metrics.ts"
import { layerRestored } from "./workspace-restore.ts"

const layerAnnounced = (root: string, maximum: number) =>
  Layer.effectDiscard(Effect.logInfo(`Workspaces: at most ${maximum}, in ${root}`))

/** Workspaces of a root, if there is one, as they come back at the start; the database and the agents are still requirements. */
export const layerOn =
  <R>(repository: Layer.Layer<WorkspaceRepository, never, R>) =>
  ({ maximum, root }: Config.Settings["workspaces"]) =>
    Option.match(root, {
      onNone: () =>
        Layer.provide(WorkspaceManager.layer({ limit: maximum }), [
          GitWorktrees.layerOff,
          FileWorkspaceSnapshots.layerOff
        ]),
      onSome: (folder) =>
        Layer.mergeAll(layerRestored, layerAnnounced(folder, maximum)).pipe(
          Layer.provideMerge(layerTimed(WorkspaceManager.layer({ limit: maximum }))),
          Layer.provide([
            GitWorktrees.layer({ root: folder }),
            layerCounted(FileWorkspaceSnapshots.layer({ root: folder }))
          ])
        )
    }).pipe(Layer.provide([repository, IdGeneratorLive.layer, Metrics.layer]))

export const layer = layerOn(WorkspaceRepositoryPg.layer)
