import { Array, Option, Order } from "effect"

/** A language by its code, a BCP 47 tag in small letters, and by its name. */
export interface Language {
  readonly id: string
  readonly name: string
}

/** What is spoken where nothing else is found. */
export const english: Language = { id: "en", name: "English" }

/** The lists know no dialects, only the language that they belong to. */
const languageOfDialect = new Map([
  ["nb", "no"],
  ["nn", "no"],
  ["yue", "zh"]
])

/** `zh` is likely to be `zh-Hans-CN`, and `zh-TW` to be `zh-Hant-TW`. */
const maximized = Option.liftThrowable((tag: string) => new Intl.Locale(tag).maximize())

interface Subtags {
  readonly language: string
  readonly script: string | undefined
  readonly region: string | undefined
}

/** The subtags of a tag, without whatever makes none of it at its end. */
const subtagsOf = (tag: string): Option.Option<Subtags> =>
  Option.match(maximized(tag), {
    onNone: () => (tag.includes("-") ? subtagsOf(tag.slice(0, tag.lastIndexOf("-"))) : Option.none()),
    onSome: ({ language, region, script }) =>
      Option.some({ language: languageOfDialect.get(language) ?? language, script, region })
  })

/**
 * Finds among `available` the language that a tag like `de-AT`, `pt_PT` or `zh-Hant` asks for. Of several in the same
 * language, one in the same script is better than any other, and of these one of the same region; without either it
 * is the first: whoever speaks a language had better be asked in another script of it than in another language.
 */
export const languageMatcher = (available: ReadonlyArray<Language>) => {
  const known = Array.filterMap(available, (language) =>
    Option.map(subtagsOf(language.id), (subtags) => ({ language, subtags }))
  )
  return (tag: string): Option.Option<Language> => {
    // Until 2009 `cmn` and `yue` were written so, which is still met.
    const modern = tag.replaceAll("_", "-").replace(/^zh-(?=cmn|yue)/i, "")
    return Option.flatMap(subtagsOf(modern), (wanted) => {
      const nearness = ({ subtags: { region, script } }: (typeof known)[number]) =>
        (script === wanted.script ? 2 : 0) + (region === wanted.region ? 1 : 0)
      const spoken = known.filter(({ subtags }) => subtags.language === wanted.language)
      return Option.map(
        Array.head(Array.sortWith(spoken, nearness, Order.reverse(Order.number))),
        ({ language }) => language
      )
    })
  }
}
