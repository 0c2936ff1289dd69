import { languageOf, type Session } from "@workspace/domain"
import { Option } from "effect"
import { type Item, itemLanguageFor, itemsIn } from "./item-bank.ts"
import { english } from "./languages.ts"
import { phrases } from "./phrases.ts"
import { textLanguageFor } from "./result-texts.ts"

/** The language that a session's metadata names, and how an item is said in it. */
export const interviewLanguage = (session: Pick<Session, "metadata">) => {
  const wanted = languageOf(session)
  const found = itemLanguageFor(wanted)
  const language = Option.getOrElse(found, () => english)
  const texts = new Map(itemsIn(language).map((item) => [item.id, item]))
  return {
    id: language.id,
    /** What the person should know about it; nothing where all is in English. */
    note: Option.match(found, {
      onNone: () => Option.some(phrases.missingLanguage(wanted)),
      onSome: ({ id, name }) =>
        Option.liftPredicate(
          phrases.otherLanguage(name, Option.isSome(textLanguageFor(wanted))),
          () => id !== english.id
        )
    }),
    question: (item: Item) => {
      const { choices, text } = texts.get(item.id) ?? item
      return { statement: text, labels: choices.map((choice) => choice.text) }
    }
  }
}
