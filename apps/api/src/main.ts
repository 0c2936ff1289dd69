import { Command, ValidationError } from "@effect/cli"
import { PlatformConfigProvider } from "@effect/platform"
import { NodeContext, NodeRuntime } from "@effect/platform-node"
import { Cause, Console, Effect, Layer, Logger, LogLevel, Option } from "effect"
import { archive } from "./cli/archive.ts"
import { inOrder } from "./cli/arguments.ts"
import { CommandFailedError } from "./cli/command-failed.ts"
import { exportSessions } from "./cli/export.ts"
import { importSessions } from "./cli/import.ts"
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
  Command.withSubcommands([serve, migrate, token, openApi, exportSessions, importSessions, archive]),
  Command.run({ name: "Big Ocean", version: "0.1.0" })
)

/** What a command says for itself needs no log around it, and what is wrong with its options is said already. */
const report = (cause: Cause.Cause<unknown>) => {
  const failure = Option.getOrUndefined(Cause.failureOption(cause))
  if (Cause.isInterruptedOnly(cause) || ValidationError.isValidationError(failure)) return Effect.void
  return failure instanceof CommandFailedError ? Console.error(failure.message) : Effect.logError(cause)
}

run(inOrder(process.argv)).pipe(
  Effect.provide(
    layerLogging.pipe(
      Layer.provideMerge(PlatformConfigProvider.layerDotEnvAdd(".env")),
      Layer.provideMerge(NodeContext.layer)
    )
  ),
  Effect.tapErrorCause(report),
  NodeRuntime.runMain({ disablePrettyLogger: true, disableErrorReporting: true })
)
