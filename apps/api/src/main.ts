import { Command } from "@effect/cli"
import { PlatformConfigProvider } from "@effect/platform"
import { NodeContext, NodeRuntime } from "@effect/platform-node"
import { Effect, Layer, Logger, LogLevel } from "effect"
import { migrate } from "./cli/migrate.ts"
import { openApi } from "./cli/open-api.ts"
import { serve } from "./cli/serve.ts"
import { token } from "./cli/token.ts"
import * as Config from "./config.ts"

const layerLogging = Layer.unwrapEffect(
  Effect.map(
    Effect.orElseSucceed(Config.logging, () => ({ isProduction: false, level: LogLevel.Info })),
    ({ isProduction, level }) =>
      Layer.merge(isProduction ? Logger.json : Logger.pretty, Logger.minimumLogLevel(level))
  )
)

const run = Command.make("big-ocean", {}, () => serve.handler({})).pipe(
  Command.withDescription("Conversation sessions that start, stop and resume"),
  Command.withSubcommands([serve, migrate, token, openApi]),
  Command.run({ name: "Big Ocean", version: "0.1.0" })
)

run(process.argv).pipe(
  Effect.provide(
    layerLogging.pipe(
      Layer.provideMerge(PlatformConfigProvider.layerDotEnvAdd(".env")),
      Layer.provideMerge(NodeContext.layer)
    )
  ),
  NodeRuntime.runMain({ disablePrettyLogger: true })
)
