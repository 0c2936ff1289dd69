import { getInfo, getItems } from "@bigfive-org/questions"
import { Facet, ItemId, type Trait } from "@workspace/domain"
import { Schema } from "effect"
import { Domain, traitOfDomain } from "./domains.ts"
import { english, type Language, languageMatcher } from "./languages.ts"

const Text = Schema.compose(Schema.Trim, Schema.NonEmptyTrimmedString)

const PublishedItem = Schema.Struct({
  id: ItemId,
  num: Schema.Int,
  domain: Domain,
  facet: Facet,
  keyed: Schema.Literal("plus", "minus"),
  text: Text,
  choices: Schema.Array(Schema.Struct({ text: Text, score: Schema.Int })).pipe(Schema.itemsCount(5))
})

/** A statement about oneself, with five choices from "very inaccurate" to "very accurate". */
export interface Item extends Omit<typeof PublishedItem.Type, "domain"> {
  readonly trait: Trait
}

const decodeItems = Schema.decodeUnknownSync(Schema.Array(PublishedItem))

/** The languages of the items, by name. */
export const languages: ReadonlyArray<Language> = getInfo().languages.map(({ id, text }) => ({
  id,
  name: text
}))

/** The language of the items for whoever asks for this tag, if there is one. */
export const itemLanguageFor = languageMatcher(languages)

const banks = new Map<string, ReadonlyArray<Item>>()

/**
 * The 120 items of the IPIP-NEO-120 (Johnson 2014) in the order of the questionnaire, in one of `languages`. The same
 * id is the same item in every language.
 */
export const itemsIn = ({ id }: Language): ReadonlyArray<Item> => {
  const known = banks.get(id)
  if (known !== undefined) return known
  const items = decodeItems(getItems(id)).map(({ domain, ...item }) => ({
    ...item,
    trait: traitOfDomain[domain]
  }))
  banks.set(id, items)
  return items
}

/** The items in English: their ids, traits and facets are those of every language. */
export const items = itemsIn(english)

const ids = new Set(items.map(({ id }) => id))

/** Whether there is such an item: evidence about any other counts for nothing. */
export const knows = (itemId: ItemId): boolean => ids.has(itemId)

/**
 * The score of the choice at a place, from 1 ("very inaccurate") to 5 ("very accurate"). An item that is keyed
 * minus states the opposite of its trait, so agreement scores low: "very accurate" is 1.
 */
export const scoreOfChoice = (item: Pick<Item, "keyed">, choice: number): number =>
  item.keyed === "plus" ? choice : 6 - choice
