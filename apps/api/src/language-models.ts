import { NodeHttpClient } from "@effect/platform-node"
import { Agent } from "@effect/platform-node/Undici"
import { LanguageModels } from "@workspace/agents"
import { Effect, Layer } from "effect"
import type * as Config from "./config.ts"

/**
 * How many bytes of a response are read. OpenAI's events take about 300 bytes for a token, so the longest answer
 * takes a little over 1 MiB; whoever sends more, or one line without an end, is not to fill the memory.
 */
const maxResponseSize = 4 * 1_024 * 1_024

const dispatcher = Layer.scoped(
  NodeHttpClient.Dispatcher,
  Effect.acquireRelease(
    Effect.sync(() => new Agent({ maxResponseSize })),
    (agent) => Effect.promise(() => agent.destroy())
  )
)

/** The language models of the settings. Its client follows no redirection, which would take the keys elsewhere. */
export const layer = (settings: Config.Settings["languageModels"]) =>
  LanguageModels.layer(settings).pipe(
    Layer.provide(NodeHttpClient.layerUndiciWithoutDispatcher),
    Layer.provide(dispatcher)
  )
