import { NerinScorer } from "@workspace/agents"
import {
  ForkRepositoryPg,
  IdempotencyStorePg,
  ReplyRepositoryPg,
  ScoringRepositoryPg,
  SessionRepositoryPg,
  SessionSignalsPg,
  ThreadRepositoryPg
} from "@workspace/database"
import {
  PrecisionKeeper,
  ReplyKeeper,
  ReplyManager,
  ReplyWriter,
  SessionCatalog,
  SessionForks,
  SessionManager,
  SessionScores,
  ThreadCatalog
} from "@workspace/domain"
import { Layer } from "effect"
import * as IdGeneratorLive from "./id-generator.ts"
import { layerGiving, layerGivingForReplies, ScoringSignal } from "./scoring-signal.ts"

/** The use cases, and what the handlers share with them, on real ports; the database and the agents are still requirements. */
export const layerOn = (repository: typeof SessionRepositoryPg.layer) =>
  Layer.mergeAll(
    SessionManager.layer,
    SessionCatalog.layer,
    SessionForks.layer,
    ThreadCatalog.layer,
    PrecisionKeeper.layer,
    SessionScores.layer,
    ReplyManager.layer,
    ReplyKeeper.layer,
    IdempotencyStorePg.layer
  ).pipe(
    Layer.provideMerge(ReplyWriter.layer),
    Layer.provide([
      layerGiving(repository),
      layerGivingForReplies(ReplyRepositoryPg.layer),
      ScoringRepositoryPg.layer,
      ThreadRepositoryPg.layer,
      ForkRepositoryPg.layer,
      SessionSignalsPg.layer,
      NerinScorer.layer
    ]),
    Layer.provideMerge(Layer.merge(IdGeneratorLive.layer, ScoringSignal.layer))
  )

export const layer = layerOn(SessionRepositoryPg.layer)
