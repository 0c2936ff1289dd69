import { Layer } from "effect"
import * as ScoringRepositoryInMemory from "../test-utils/scoring-repository-in-memory.ts"
import { describeScoringRepository } from "../test-utils/scoring-repository-suite.ts"
import * as SessionRepositoryInMemory from "../test-utils/session-repository-in-memory/index.ts"

describeScoringRepository(
  "ScoringRepositoryInMemory",
  ScoringRepositoryInMemory.layer.pipe(Layer.provideMerge(SessionRepositoryInMemory.layer))
)
