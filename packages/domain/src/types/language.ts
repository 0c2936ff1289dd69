import { Option, Schema } from "effect"
import type { Session } from "./session.ts"

/** A language as BCP 47 names it, like `de`, `pt-BR` or `zh_Hant`; at most 35 characters. */
export const LanguageTag = Schema.String.pipe(
  Schema.maxLength(35),
  Schema.pattern(/^[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8})*$/),
  Schema.annotations({
    message: () => "must be a language tag, like en or pt-BR",
    description: "The person's language, as a BCP 47 tag; one without questions is answered in English",
    examples: ["de"]
  }),
  Schema.brand("LanguageTag")
)
export type LanguageTag = typeof LanguageTag.Type

const english = LanguageTag.make("en")
const decodeMetadata = Schema.decodeUnknownOption(Schema.Struct({ language: LanguageTag }))

/** The language that a session's metadata name; English where they name none, or something that is no tag. */
export const languageOf = ({ metadata }: Pick<Session, "metadata">): LanguageTag =>
  Option.match(decodeMetadata(metadata), { onNone: () => english, onSome: ({ language }) => language })
