import { Schema } from "effect"

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
