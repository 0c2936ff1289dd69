import { createServer } from "node:http"
import { HttpApiBuilder, HttpApiSwagger, HttpRouter, HttpServer } from "@effect/platform"
import { NodeHttpServer } from "@effect/platform-node"
import { BigOceanApi } from "@workspace/contracts"
import { ReplyWriter } from "@workspace/domain"
import { type Duration, Effect, Layer } from "effect"
import * as BodyDeadlines from "./body-deadlines.ts"
import { answerClientErrors } from "./client-errors.ts"
import { Draining } from "./draining.ts"
import * as Archive from "./handlers/archive.ts"
import * as Assessment from "./handlers/assessment.ts"
import * as Chat from "./handlers/chat.ts"
import * as Sessions from "./handlers/sessions.ts"
import * as System from "./handlers/system.ts"
import * as Threads from "./handlers/threads.ts"
import * as Workspaces from "./handlers/workspaces.ts"
import { HotHandlers } from "./hot/hot-handlers.ts"
import * as HotServer from "./hot/hot-server.ts"
import { Metrics } from "./metrics.ts"
import * as Outermost from "./middleware/outermost.ts"
import * as Validation from "./middleware/validation.ts"
import { Readiness } from "./readiness.ts"
import { Uploads } from "./uploads.ts"

const layerApi = HttpApiBuilder.api(BigOceanApi).pipe(
  Layer.provide([
    Archive.layer,
    Assessment.layer,
    Chat.layer,
    Sessions.layer,
    System.layer,
    Threads.layer,
    Workspaces.layer
  ])
)

// One path, one resource: `/HEALTH`, `/health/` and `//health` are none of ours.
const exactPaths = {
  ignoreTrailingSlash: false,
  ignoreDuplicateSlashes: false,
  caseSensitive: true,
  // The router's own limit is shorter than a thread's id. Node takes 16 KiB of headers with the path.
  maxParamLength: 16_384
}

/**
 * Requests that offer another protocol are requests like any other: none is spoken here. The platform would take their
 * connections from Node, which then reads no body, watches no time limit and does not close them at the end.
 */
const ignoreUpgrades = Effect.map(HotServer.NodeServer, (server) => server.removeAllListeners("upgrade"))

/** Serves the API on whatever `HttpServer` there is; use cases, identity, uploads, readiness and draining are requirements. */
export const layerServe = ({ hotRoutes }: { readonly hotRoutes: boolean }) =>
  Effect.gen(function* () {
    const app = yield* HttpApiBuilder.httpApp
    const around = yield* Outermost.make
    return Layer.scopedDiscard(
      Effect.zipRight(
        ignoreUpgrades,
        Effect.when(HotServer.attach(around), () => hotRoutes)
      )
    ).pipe(Layer.provide(HttpServer.serve(around(app))))
  }).pipe(
    Layer.unwrapEffect,
    Layer.provide([
      HttpApiSwagger.layer({ path: "/docs" }),
      HttpApiBuilder.middlewareOpenApi({ path: "/openapi.json" }),
      Validation.layer
    ]),
    Layer.provide(layerApi),
    Layer.provide(HotHandlers.layer),
    Layer.provide([HttpApiBuilder.Router.Live, HttpApiBuilder.Middleware.layer]),
    Layer.provide(HttpRouter.setRouterConfig(exactPaths)),
    Layer.provide(Metrics.layer)
  )

// The platform leaves Node's own limits, which let a slow client hold a connection for minutes. An idle one is
// kept longer than balancers keep theirs, so that it is they who close it.
const limits = {
  headersTimeout: 5_000,
  // Of files to import. Any other request has less.
  requestTimeout: 1_800_000,
  connectionsCheckingInterval: 1_000,
  keepAliveTimeout: 75_000
}

/** Listens until the scope closes, and then ends without losing a request. */
export const layerListen = (options: {
  readonly host: string
  readonly port: number
  readonly drainGrace: Duration.Duration
  readonly hotRoutes: boolean
}) =>
  Layer.unwrapEffect(
    Effect.map(Effect.all([Draining, ReplyWriter]), ([draining, { settled }]) => {
      const server = createServer(limits)
      draining.watch(server)
      answerClientErrors(server)
      return Layer.scopedDiscard(
        Effect.zipRight(
          BodyDeadlines.watch(server),
          Effect.addFinalizer(() => draining.drain(server, { grace: options.drainGrace, settled }))
        )
      ).pipe(
        Layer.provideMerge(layerServe(options)),
        Layer.provide([Readiness.layer, Uploads.layer]),
        Layer.provide(Layer.succeed(HotServer.NodeServer, server)),
        Layer.provide(NodeHttpServer.layer(() => server, { host: options.host, port: options.port }))
      )
    })
  ).pipe(Layer.provide(Draining.layer))
