import { describeWorkspaceRepository } from "@workspace/domain/test-utils"
import { Layer } from "effect"
import * as SessionRepositoryPg from "../repositories/session-repository.ts"
import * as WorkspaceRepositoryPg from "../repositories/workspace-repository.ts"
import { layerEmbeddedInMemory, layerPostgres } from "../test-utils/layers.ts"

const layer = Layer.merge(WorkspaceRepositoryPg.layer, SessionRepositoryPg.layer)
const options = { timeout: "60 seconds" } as const

describeWorkspaceRepository(
  "WorkspaceRepositoryPg on the embedded database",
  layer.pipe(Layer.provide(layerEmbeddedInMemory)),
  options
)

describeWorkspaceRepository(
  "WorkspaceRepositoryPg on a PostgreSQL server",
  layer.pipe(Layer.provide(layerPostgres)),
  options
)
