import { Layer } from "effect"
import * as ReplyRepositoryInMemory from "../test-utils/reply-repository-in-memory/index.ts"
import * as ScoringRepositoryInMemory from "../test-utils/scoring-repository-in-memory.ts"
import * as SessionRepositoryInMemory from "../test-utils/session-repository-in-memory/index.ts"
import * as SessionSignalsInMemory from "../test-utils/session-signals-in-memory.ts"
import { describeSessionSignals } from "../test-utils/session-signals-suite.ts"

describeSessionSignals(
  "SessionSignalsInMemory",
  Layer.mergeAll(
    SessionSignalsInMemory.layer,
    ReplyRepositoryInMemory.layer,
    ScoringRepositoryInMemory.layer
  ).pipe(Layer.provideMerge(SessionRepositoryInMemory.layer))
)
