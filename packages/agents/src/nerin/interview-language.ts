import { LanguageTag, type Session } from "@workspace/domain"
import { Option, Schema } from "effect"
import { type Item, itemsIn, languages } from "./item-bank.ts"
import { languageFor } from "./languages.ts"
import { phrases } from "./phrases.ts"

const languageIn = Schema.decodeUnknownOption(Schema.Struct({ language: LanguageTag }))

/** The language that a session's metadata names, and how an item is said in it. */
export const interviewLanguage = ({ metadata }: Pick<Session, "metadata">) => {
  const wanted = Option.match(languageIn(metadata), {
    onNone: () => "en",
    onSome: (_) => _.language.valueOf()
  })
  const { id, name } = languageFor(languages, wanted)
  const isMissing = id === "en" && wanted.split(/[-_]/, 1)[0]?.toLowerCase() !== "en"
  const texts = new Map(itemsIn(id).map((item) => [item.id, item]))
  return {
    id,
    /** What the person should know about it; nothing where all is in English. */
    note: isMissing
      ? Option.some(phrases.missingLanguage(wanted))
      : Option.liftPredicate(phrases.otherLanguage(name), () => id !== "en"),
    question: (item: Item) => {
      const { choices, text } = texts.get(item.id) ?? item
      return { statement: text, labels: choices.map((choice) => choice.text) }
    }
  }
}
