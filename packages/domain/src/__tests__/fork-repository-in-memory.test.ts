import { Layer } from "effect"
import * as ForkRepositoryInMemory from "../test-utils/fork-repository-in-memory.ts"
import { describeForkRepository } from "../test-utils/fork-repository-suite.ts"
import * as ScoringRepositoryInMemory from "../test-utils/scoring-repository-in-memory.ts"
import * as SessionRepositoryInMemory from "../test-utils/session-repository-in-memory/index.ts"
import * as ThreadRepositoryInMemory from "../test-utils/thread-repository-in-memory.ts"

describeForkRepository(
  "ForkRepositoryInMemory",
  Layer.merge(ForkRepositoryInMemory.layer, ThreadRepositoryInMemory.layer).pipe(
    Layer.provideMerge(ScoringRepositoryInMemory.layer),
    Layer.provideMerge(SessionRepositoryInMemory.layer)
  )
)
