import { Layer } from "effect"
import * as ArchiveRepositoryInMemory from "../test-utils/archive-repository-in-memory.ts"
import { describeArchiveRepository } from "../test-utils/archive-repository-suite.ts"
import * as ScoringRepositoryInMemory from "../test-utils/scoring-repository-in-memory.ts"
import * as SessionRepositoryInMemory from "../test-utils/session-repository-in-memory/index.ts"

describeArchiveRepository(
  "ArchiveRepositoryInMemory",
  Layer.mergeAll(ArchiveRepositoryInMemory.layer, ScoringRepositoryInMemory.layer).pipe(
    Layer.provideMerge(SessionRepositoryInMemory.layer)
  )
)
