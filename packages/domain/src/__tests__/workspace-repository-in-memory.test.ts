import { Layer } from "effect"
import * as SessionRepositoryInMemory from "../test-utils/session-repository-in-memory/index.ts"
import * as WorkspaceRepositoryInMemory from "../test-utils/workspace-repository-in-memory/index.ts"
import { describeWorkspaceRepository } from "../test-utils/workspace-repository-suite/index.ts"

describeWorkspaceRepository(
  "WorkspaceRepositoryInMemory",
  WorkspaceRepositoryInMemory.layer.pipe(Layer.provideMerge(SessionRepositoryInMemory.layer))
)
