import { LanguageTag, type Session } from "@workspace/domain"
import { Option, Schema } from "effect"
import { type Item, itemLanguageFor, itemsIn } from "./item-bank.ts"
import { english } from "./languages.ts"
import { phrases } from "./phrases.ts"

const languageIn = Schema.decodeUnknownOption(Schema.Struct({ language: LanguageTag }))

/** The language that a session's metadata names, and how an item is said in it. */
export const interviewLanguage = ({ metadata }: Pick<Session, "metadata">) => {
  const wanted = Option.match(languageIn(metadata), {
    onNone: () => "en",
    onSome: (_) => _.language.valueOf()
  })
  const found = itemLanguageFor(wanted)
  const language = Option.getOrElse(found, () => english)
  const texts = new Map(itemsIn(language).map((item) => [item.id, item]))
  return {
    id: language.id,
    /** What the person should know about it; nothing where all is in English. */
    note: Option.match(found, {
      onNone: () => Option.some(phrases.missingLanguage(wanted)),
      onSome: ({ id, name }) => Option.liftPredicate(phrases.otherLanguage(name), () => id !== english.id)
    }),
    question: (item: Item) => {
      const { choices, text } = texts.get(item.id) ?? item
      return { statement: text, labels: choices.map((choice) => choice.text) }
    }
  }
}
