import { assert, describe, it } from "@effect/vitest"
import { assertEquals, assertNone } from "@effect/vitest/utils"
import { Option } from "effect"
import { itemLanguageFor, itemsIn, languages } from "../nerin/item-bank.ts"
import { languages as languagesOfTexts, textLanguageFor } from "../nerin/result-texts.ts"

const idFor = (tag: string) => Option.map(itemLanguageFor(tag), ({ id }) => id)

describe("the language of the items", () => {
  it.each(languages)("is $name for every way to write $id", (language) => {
    const locale = new Intl.Locale(language.id)
    const full = locale.maximize()
    const tags = [
      language.id,
      language.id.toUpperCase(),
      language.id.replace("-", "_"),
      locale.toString(),
      full.toString(),
      `${full.language}-${full.script}`,
      `${full.language}-${full.region}`
    ]
    for (const tag of tags) assertEquals(itemLanguageFor(tag), Option.some(language), tag)
  })

  it.each([
    // The script decides; where none is named, the one that is likely in the region.
    ["zh", "zh-cn"],
    ["zh-Hans", "zh-cn"],
    ["zh-Hans-HK", "zh-cn"],
    ["zh-SG", "zh-cn"],
    ["cmn", "zh-cn"],
    ["zh-cmn-Hans", "zh-cn"],
    ["zh-Hant", "zh-hk"],
    ["zh_Hant", "zh-hk"],
    ["zh-TW", "zh-hk"],
    ["zh-MO", "zh-hk"],
    ["zh-HK", "zh-hk"],
    ["zh-cmn-Hant", "zh-hk"],
    ["yue", "zh-hk"],
    ["zh-yue", "zh-hk"],
    // Another region, or another script, of the same language is better than English.
    ["pt", "pt-br"],
    ["pt-PT", "pt-br"],
    ["pt_PT", "pt-br"],
    ["de-AT", "de"],
    ["en-GB", "en"],
    ["es-419", "es"],
    ["fa-AF", "fa"],
    ["sr", "sr"],
    ["sr-Latn", "sr"],
    ["sr-Cyrl-RS", "sr"],
    // Names that once were, and dialects.
    ["iw", "he"],
    ["in", "id"],
    ["mo", "ro"],
    ["sh", "sr"],
    ["nb-NO", "no"],
    ["nn", "no"],
    // What else a tag may carry, and what is none but begins like one.
    ["de-DE-euro", "de"],
    ["zh-Hant-x", "zh-hk"],
    ["de-CH-1996", "de"],
    ["fr-u-ca-gregory", "fr"]
  ])("for %s is %s", (tag, id) => {
    assertEquals(idFor(tag), Option.some(id))
  })

  it.each(["", "e", "xx", "tlh", "el", "zhx", "../en", "__proto__", "x-en", "i-klingon", "deutsch!"])(
    "for %j is none",
    (tag) => {
      assertNone(itemLanguageFor(tag))
    }
  )

  it("of both kinds of Chinese is written as their readers write", () => {
    const first = (tag: string) => Option.map(itemLanguageFor(tag), (language) => itemsIn(language)[5]?.text)
    assertEquals(first("zh"), Option.some("易怒"))
    assertEquals(first("zh-TW"), Option.some("容易發怒"))
  })
})

describe("the language of the texts about results", () => {
  it("is found alike", () => {
    for (const language of languagesOfTexts) {
      assertEquals(textLanguageFor(language.id), Option.some(language))
    }
    const idOf = (tag: string) => Option.getOrNull(Option.map(textLanguageFor(tag), ({ id }) => id))
    assert.deepStrictEqual(["pt-PT", "nb", "de-CH", "en-GB", "zh", "ja"].map(idOf), [
      "pt-br",
      "no",
      "de",
      "en",
      null,
      null
    ])
  })
})
