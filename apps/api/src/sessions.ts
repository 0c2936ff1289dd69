import { NerinScorer } from "@workspace/agents"
import {
  ForkRepositoryPg,
  IdempotencyStorePg,
  ScoringRepositoryPg,
  SessionRepositoryPg,
  ThreadRepositoryPg
} from "@workspace/database"
import {
  PrecisionKeeper,
  SessionCatalog,
  SessionForks,
  SessionManager,
  SessionScores,
  ThreadCatalog
} from "@workspace/domain"
import { Layer } from "effect"
import * as IdGeneratorLive from "./id-generator.ts"
import { layerGiving, ScoringSignal } from "./scoring-signal.ts"

/** The use cases, and what the handlers share with them, on real ports; the database and the agents are still requirements. */
export const layerOn = (repository: typeof SessionRepositoryPg.layer) =>
  Layer.mergeAll(
    SessionManager.layer,
    SessionCatalog.layer,
    SessionForks.layer,
    ThreadCatalog.layer,
    PrecisionKeeper.layer,
    SessionScores.layer,
    IdempotencyStorePg.layer
  ).pipe(
    Layer.provide([
      layerGiving(repository),
      ForkRepositoryPg.layer,
      ThreadRepositoryPg.layer,
      ScoringRepositoryPg.layer,
      NerinScorer.layer
    ]),
    Layer.provideMerge(Layer.merge(IdGeneratorLive.layer, ScoringSignal.layer))
  )

export const layer = layerOn(SessionRepositoryPg.layer)
