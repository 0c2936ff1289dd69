import { AgentName } from "@workspace/domain"
import { Predicate, Schema } from "effect"

/** Text that says something. Space around it is kept. */
const Words = Schema.String.pipe(
  Schema.filter((text) => text.trim() !== "", { message: () => "must not be empty" })
)

/** An agent that a language model plays, as a configuration file describes it. */
export class AgentDefinition extends Schema.Class<AgentDefinition>("AgentDefinition")({
  name: AgentName,
  /** What the model is told before the conversation. */
  systemPrompt: Words,
  /** Whose protocol the model is asked by. */
  provider: Schema.Literal("openai", "anthropic").annotations({
    message: () => ({ message: "must be openai or anthropic", override: true })
  }),
  /** The model's name with its provider. It stands in the metadata of each answer. */
  model: Words.pipe(
    Schema.maxLength(255, { message: () => "must be at most 255 characters" }),
    Schema.filter((text) => text.isWellFormed() && !text.includes("\0"), {
      message: () => "must be well-formed text"
    })
  ),
  /**
   * How many bytes of UTF-8 of a conversation the model is told at most: the newest. A text has no more tokens than
   * bytes, so the default fits with prompt and answer into a context of 128,000 tokens, whatever the language.
   */
  contextBytes: Schema.optionalWith(
    Schema.Int.pipe(
      Schema.between(1_000, 10_000_000, { message: () => "must be a whole number from 1000 to 10000000" })
    ),
    { default: () => 100_000, exact: true }
  ),
  /** After how many answers of the user a session with it is saved, 0 for never; left out: as with any other. */
  savesEvery: Schema.optionalWith(
    Schema.Int.pipe(Schema.between(0, 1_000, { message: () => "must be a whole number from 0 to 1000" })),
    { exact: true }
  ),
  /** Whether the model also reads the person's answers as evidence on the items of the questionnaire. */
  assesses: Schema.optionalWith(Schema.Boolean, { default: () => false, exact: true })
}) {}

/** The agent that is always there. */
export const nerin = AgentName.make("nerin")

const isUnique = ({ agents }: { readonly agents: ReadonlyArray<Pick<AgentDefinition, "name">> }) =>
  new Set([nerin, ...agents.map(({ name }) => name)]).size === agents.length + 1

/** The class alone would call what is no object by the name of its structure. */
const Listed = Schema.compose(Schema.declare(Predicate.isRecord, { title: "an agent" }), AgentDefinition, {
  strict: false
})

/** What a configuration file holds. A field that there is not is refused: most likely it is a misspelt one. */
export const AgentDefinitions = Schema.Struct({
  agents: Schema.Array(Listed).annotations({ title: "a list" })
}).pipe(
  Schema.annotations({ title: "an object with the list agents" }),
  Schema.filter(isUnique, { message: () => "must name every agent once, and none nerin" }),
  Schema.annotations({ parseOptions: { errors: "all", onExcessProperty: "error" } })
)
