import { FileSystem } from "@effect/platform"
import { parse } from "@humanwhocodes/momoa"
import { AgentDefinitions, Agents } from "@workspace/agents"
import { ConfigError, Effect, Layer, Option, ParseResult, Predicate, Schema } from "effect"
import * as Config from "./config.ts"
import * as LanguageModelsLive from "./language-models.ts"
import { withoutValue } from "./without-value.ts"

const parseJson = Schema.decodeUnknown(Schema.parseJson())
const decode = Schema.decodeUnknown(AgentDefinitions)

/** A byte that is no text would else become a sign that nobody wrote, in a prompt. */
const textOf = (bytes: Uint8Array) =>
  Effect.try(() => new TextDecoder("utf-8", { fatal: true }).decode(bytes))

/** Far more than what a file of agents needs, and little enough to be gone through and told of. */
const maxDepth = 16

const isTooDeep = (value: unknown, depth = 0): boolean =>
  Predicate.isObject(value) &&
  (depth === maxDepth || Object.values(value).some((item) => isTooDeep(item, depth + 1)))

const Misplaced = Schema.Struct({ message: Schema.String, line: Schema.Int, column: Schema.Int })

/** Where a text stops being JSON. The runtime's own parser says it by quoting the text. */
const placeIn = (text: string) =>
  Effect.try(() => parse(text, { mode: "json" })).pipe(
    Effect.flip,
    Effect.flatMap(({ error }) => Schema.decodeUnknown(Misplaced)(error)),
    Effect.match({
      onFailure: () => "",
      onSuccess: ({ column, line, message }) =>
        message.startsWith("Unexpected end of input")
          ? ": it ends too early"
          : `: see line ${line}, column ${column}`
    })
  )

const read = Effect.fnUntraced(function* (file: string) {
  const refused = (what: string) => ConfigError.InvalidData(["AGENTS_FILE"], `${file}: ${what}`)
  const files = yield* FileSystem.FileSystem
  const bytes = yield* Effect.mapError(files.readFile(file), (error) =>
    refused(
      error._tag === "SystemError" && error.reason === "NotFound"
        ? "there is no such file"
        : "it cannot be read"
    )
  )
  const text = yield* Effect.mapError(textOf(bytes), () => refused("it is not UTF-8"))
  const json = yield* Effect.catchAll(parseJson(text), () =>
    Effect.flatMap(placeIn(text), (place) => Effect.fail(refused(`it is no JSON${place}`)))
  )
  if (isTooDeep(json)) return yield* Effect.fail(refused(`it is nested more than ${maxDepth} levels deep`))
  const { agents } = yield* Effect.mapError(decode(json), (error) =>
    refused(
      ParseResult.ArrayFormatter.formatErrorSync(error)
        .map(({ message, path }) => `${path.join(".") || "it"} ${withoutValue(message)}`)
        .join("; ")
    )
  )
  yield* Effect.logInfo(`Agents of ${file}: ${agents.map(({ name }) => name).join(", ")}`)
  return agents
})

/**
 * The agents of the file that `AGENTS_FILE` names. Every place in it that is wrong is reported at once, and nothing of
 * what stands there: prompts are nobody's business, and keys get into files by mistake.
 */
export const definitions = Effect.flatMap(
  Config.agentsFile,
  Option.match({ onNone: () => Effect.succeed([]), onSome: read })
)

/** Nerin, and the agents of a file. */
export const layer = (
  played: (typeof AgentDefinitions.Type)["agents"],
  { languageModels, stoppingRule }: Pick<Config.Settings, "languageModels" | "stoppingRule">
) =>
  Layer.provide(
    Agents.layer({ definitions: played, rule: stoppingRule }),
    LanguageModelsLive.layer(languageModels)
  )
