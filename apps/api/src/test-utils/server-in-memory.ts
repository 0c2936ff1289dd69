import { createServer } from "node:http"
import { FetchHttpClient, type FileSystem, HttpServer } from "@effect/platform"
import { NodeHttpServer } from "@effect/platform-node"
import { NerinScorer } from "@workspace/agents"
import { type Identity, NotReadyError } from "@workspace/contracts"
import {
  ArchiveHealth,
  type IdempotencyStore,
  type IdGenerator,
  PrecisionKeeper,
  ReplyManager,
  ReplyWriter,
  SessionArchive,
  SessionCatalog,
  SessionForks,
  SessionImports,
  SessionManager,
  SessionScores,
  ThreadCatalog,
  type WorkspaceManager
} from "@workspace/domain"
import {
  AgentScripted,
  ArchiveRepositoryInMemory,
  ArchiveStoreInMemory,
  ForkRepositoryInMemory,
  IdempotencyStoreInMemory,
  IdGeneratorSequential,
  ReplyRepositoryInMemory,
  ScoringRepositoryInMemory,
  SessionRepositoryInMemory,
  SessionSignalsInMemory,
  ThreadRepositoryInMemory
} from "@workspace/domain/test-utils"
import { type Config, Effect, Layer } from "effect"
import * as Settings from "../config.ts"
import { Draining } from "../draining.ts"
import { NodeServer } from "../hot/hot-server.ts"
import * as IdentityOff from "../middleware/identity-off.ts"
import { Readiness } from "../readiness.ts"
import { layerServe } from "../server.ts"
import { Uploads } from "../uploads.ts"
import * as NoWorkspaces from "./no-workspaces.ts"

type Script = Parameters<typeof AgentScripted.make>

const layerStores = Layer.mergeAll(
  ReplyRepositoryInMemory.layer,
  SessionSignalsInMemory.layer,
  ThreadRepositoryInMemory.layer,
  ForkRepositoryInMemory.layer,
  ArchiveRepositoryInMemory.layer,
  ArchiveStoreInMemory.layer
).pipe(
  Layer.provideMerge(ScoringRepositoryInMemory.layer),
  Layer.provideMerge(SessionRepositoryInMemory.layer)
)

/** The use cases on a store in memory, with an agent that follows a script. */
export const layerSessions = (...script: Script) =>
  Layer.unwrapEffect(
    Effect.map(AgentScripted.make(...script), (agent) =>
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
        IdempotencyStoreInMemory.layer
      ).pipe(
        Layer.provideMerge(ReplyWriter.layer),
        Layer.provide([layerStores, NerinScorer.layer, agent.layer]),
        Layer.provideMerge(IdGeneratorSequential.layer)
      )
    )
  )

const archive = Effect.succeed(new ArchiveHealth({ status: "ok", pending: 0 }))

const layerReady = Layer.succeed(Readiness, { check: Effect.void, archive })

export const layerNotReady = Layer.succeed(Readiness, {
  check: new NotReadyError({ reason: "draining" }),
  archive
})

type UseCases =
  | SessionManager
  | SessionCatalog
  | SessionForks
  | SessionScores
  | SessionArchive
  | SessionImports
  | ThreadCatalog
  | ReplyManager
  | ReplyWriter
  | IdempotencyStore
  | IdGenerator

interface Surroundings<R> {
  /** By default callers name themselves. */
  readonly identity?: Layer.Layer<Identity>
  readonly readiness?: Layer.Layer<Readiness>
  readonly uploads?: Layer.Layer<Uploads, never, FileSystem.FileSystem>
  /** By default there is no root. */
  readonly workspaces?: Layer.Layer<WorkspaceManager, never, R>
  /** By default the environment says it, as it does to a process. */
  readonly hotRoutes?: Config.Config<boolean>
  /** Runs before each request that is handed to the platform. */
  readonly onPlatform?: Effect.Effect<void>
}

/** The server that is provided, which says so of each request that it is handed. */
const layerTelling = (onPlatform: Effect.Effect<void>) =>
  Layer.effect(
    HttpServer.HttpServer,
    Effect.map(HttpServer.HttpServer, (server) =>
      HttpServer.make({
        address: server.address,
        serve: (app, middleware) => {
          const telling = Effect.zipRight(onPlatform, app)
          return middleware === undefined ? server.serve(telling) : server.serve(telling, middleware)
        }
      })
    )
  )

/** A server of Node on any port, and a client for it that keeps no connections. */
const layerSocket = (onPlatform: Effect.Effect<void>) =>
  Layer.unwrapEffect(
    Effect.sync(() => {
      const server = createServer()
      return HttpServer.layerTestClient.pipe(
        Layer.provide(
          Layer.fresh(FetchHttpClient.layer).pipe(
            Layer.provide(Layer.succeed(FetchHttpClient.RequestInit, { keepalive: false }))
          )
        ),
        Layer.provideMerge(layerTelling(onPlatform)),
        Layer.provideMerge(NodeHttpServer.layer(() => server, { port: 0 })),
        Layer.merge(Layer.succeed(NodeServer, server))
      )
    })
  )

/** The whole HTTP stack on a socket, and a client for it. */
export const layerServer = <E, R, R2 = never>(
  sessions: Layer.Layer<UseCases, E, R>,
  {
    hotRoutes = Settings.hotRoutes,
    identity = IdentityOff.layer,
    onPlatform = Effect.void,
    readiness = layerReady,
    uploads = Uploads.layer,
    workspaces = NoWorkspaces.layer
  }: Surroundings<R2> = {}
) =>
  Layer.unwrapEffect(Effect.orDie(Effect.map(hotRoutes, (hotRoutes) => layerServe({ hotRoutes })))).pipe(
    Layer.provide([sessions, workspaces, identity, readiness, uploads, Draining.layer]),
    Layer.provideMerge(layerSocket(onPlatform))
  )

/** Answers everything in the same words. */
export const layer = layerServer(layerSessions(AgentScripted.says("Thank you. ", "Tell me more.")))
