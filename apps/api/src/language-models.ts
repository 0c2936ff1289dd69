import { NodeHttpClient } from "@effect/platform-node"
import { LanguageModels } from "@workspace/agents"
import { Layer } from "effect"
import type * as Config from "./config.ts"

/** The language models of the settings. Its client follows no redirection, which would take the keys elsewhere. */
export const layer = (settings: Config.Settings["languageModels"]) =>
  LanguageModels.layer(settings).pipe(Layer.provide(NodeHttpClient.layerUndici))
