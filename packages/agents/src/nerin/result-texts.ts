import { getInfo, getTemplate } from "@bigfive-org/results"
import { Facet, Level, type Trait } from "@workspace/domain"
import { Schema } from "effect"
import { Domain, traitOfDomain } from "./domains.ts"
import { type Language, languageMatcher } from "./languages.ts"

/** The published texts break their lines anywhere and separate paragraphs by `<br /><br />`. */
const toPlainText = (html: string): string =>
  html
    .split(/(?:<br ?\/>\s*)+/)
    .map((paragraph) => paragraph.replace(/\s+/g, " ").trim())
    .filter((paragraph) => paragraph !== "")
    .join("\n\n")

const Prose = Schema.transform(Schema.String, Schema.NonEmptyTrimmedString, {
  strict: true,
  decode: toPlainText,
  encode: (text) => text
})

const Published = Schema.Array(
  Schema.Struct({
    domain: Domain,
    title: Prose,
    shortDescription: Prose,
    description: Prose,
    results: Schema.Array(Schema.Struct({ score: Level, text: Prose })),
    facets: Schema.Array(Schema.Struct({ facet: Facet, title: Prose, text: Prose })).pipe(
      Schema.itemsCount(6)
    )
  })
)

const TraitTexts = Schema.Struct({
  ...Published.value.fields,
  results: Schema.Struct({ low: Schema.String, neutral: Schema.String, high: Schema.String })
}).pipe(Schema.typeSchema)

const ResultTexts = Schema.Struct({
  openness: TraitTexts,
  conscientiousness: TraitTexts,
  extraversion: TraitTexts,
  agreeableness: TraitTexts,
  neuroticism: TraitTexts
})
export type ResultTexts = Readonly<Record<Trait, typeof TraitTexts.Type>>

const decodePublished = Schema.decodeUnknownSync(Published)
const decodeResultTexts = Schema.decodeUnknownSync(ResultTexts)

/**
 * The languages of the texts, by name. They are fewer than those of the items, and some have a part of the texts in
 * English.
 */
export const languages: ReadonlyArray<Language> = getInfo().languages.map(({ id, text }) => ({
  id,
  name: text
}))

const known = new Map<string, ResultTexts>()

/**
 * What is said about the traits and their facets in one of `languages`, as plain paragraphs with an empty line
 * between.
 */
export const textsIn = ({ id }: Language): ResultTexts => {
  const texts =
    known.get(id) ??
    decodeResultTexts(
      Object.fromEntries(
        decodePublished(getTemplate(id)).map((trait) => [
          traitOfDomain[trait.domain],
          { ...trait, results: Object.fromEntries(trait.results.map(({ score, text }) => [score, text])) }
        ])
      )
    )
  known.set(id, texts)
  return texts
}

/** The language of the texts for whoever asks for this tag, if there is one. */
export const textLanguageFor = languageMatcher(languages)
