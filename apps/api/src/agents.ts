import { FileSystem } from "@effect/platform"
import { AgentDefinitions, Agents } from "@workspace/agents"
import { Data, Effect, Layer, Option, ParseResult, Schema } from "effect"
import type * as Config from "./config.ts"
import * as LanguageModelsLive from "./language-models.ts"

/** The configuration file cannot be used. The message names every place in it that is wrong. */
class AgentsFileError extends Data.TaggedError("AgentsFileError")<{ readonly message: string }> {}

const decode = Schema.decodeUnknown(Schema.parseJson(AgentDefinitions), { errors: "all" })

const inFile = (file: string, what: string) =>
  new AgentsFileError({ message: `AGENTS_FILE, ${file}: ${what}` })

const read = Effect.fnUntraced(function* (file: string) {
  const files = yield* FileSystem.FileSystem
  const text = yield* Effect.mapError(files.readFileString(file), (error) =>
    inFile(
      file,
      error._tag === "SystemError" && error.reason === "NotFound"
        ? "there is no such file"
        : "it cannot be read"
    )
  )
  const { agents } = yield* Effect.mapError(decode(text), (error) =>
    inFile(
      file,
      ParseResult.ArrayFormatter.formatErrorSync(error)
        .map(({ message, path }) => (path.length === 0 ? message : `${path.join(".")} ${message}`))
        .join("; ")
    )
  )
  yield* Effect.logInfo(`Agents of ${file}: ${agents.map(({ name }) => name).join(", ")}`)
  return agents
})

/** Nerin, and the agents of the file that `AGENTS_FILE` names; it is read before anything else is begun. */
export const load = ({
  agents: { file, rule },
  languageModels
}: Pick<Config.Settings, "agents" | "languageModels">) =>
  Effect.map(Option.match(file, { onNone: () => Effect.succeed([]), onSome: read }), (definitions) =>
    Layer.provide(Agents.layer({ definitions, rule }), LanguageModelsLive.layer(languageModels))
  )
