import { NerinScorer } from "@workspace/agents"
import {
  ArchiveRepositoryPg,
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
  SessionArchive,
  SessionCatalog,
  SessionForks,
  SessionImports,
  SessionManager,
  SessionScores,
  ThreadCatalog
} from "@workspace/domain"
import { Layer } from "effect"
import * as IdGeneratorLive from "./id-generator.ts"
import { layerTelling, layerTellingForReplies, SaveSignal } from "./save-signal.ts"
import { layerGiving, layerGivingForReplies, ScoringSignal } from "./scoring-signal.ts"

/** The use cases, and what the handlers share with them, on real ports; the database, the agents and the files of saved sessions are still requirements. */
export const layerOn = (repository: typeof SessionRepositoryPg.layer) =>
  Layer.mergeAll(
    SessionManager.layer,
    SessionCatalog.layer,
    SessionForks.layer,
    ThreadCatalog.layer,
    PrecisionKeeper.layer,
    SessionScores.layer,
    SessionArchive.layer,
    SessionImports.layer,
    ReplyManager.layer,
    ReplyKeeper.layer,
    IdempotencyStorePg.layer
  ).pipe(
    Layer.provideMerge(ReplyWriter.layer),
    Layer.provide([
      layerTelling(layerGiving(repository)),
      layerTellingForReplies(layerGivingForReplies(ReplyRepositoryPg.layer)),
      ScoringRepositoryPg.layer,
      ThreadRepositoryPg.layer,
      ForkRepositoryPg.layer,
      ArchiveRepositoryPg.layer,
      SessionSignalsPg.layer,
      NerinScorer.layer
    ]),
    Layer.provideMerge(Layer.mergeAll(IdGeneratorLive.layer, ScoringSignal.layer, SaveSignal.layer))
  )

export const layer = layerOn(SessionRepositoryPg.layer)
