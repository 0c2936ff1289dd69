import { assert, describe, it } from "@effect/vitest"
import { Option } from "effect"
import { type AskedItem, readAnswer } from "../nerin/analyzer.ts"

const read = (text: string, item: AskedItem) =>
  Option.getOrUndefined(Option.map(readAnswer(text, item), ({ choice }) => choice))

describe("readAnswer, in other languages", () => {
  it("knows digits and the labels of the person's language, and no English words, in any other language", () => {
    const german = {
      statement: "Mache mir Sorgen",
      labels: [
        "Sehr unzutreffend",
        "Unzutreffend",
        "Weder zutreffend noch unzutreffend",
        "Zutreffend",
        "Sehr zutreffend"
      ],
      language: "de"
    }
    const expected: Record<string, number | undefined> = {
      "SEHR zutreffend!": 5,
      zutreffend: 4,
      unzutreffend: 2,
      "Weder zutreffend, noch unzutreffend": 3,
      "4": 4,
      "4/5": 4,
      "5 – sehr zutreffend": 5,
      "1 – sehr zutreffend": undefined,
      "nicht zutreffend": undefined,
      always: undefined,
      no: undefined,
      "40": undefined,
      "": undefined
    }
    for (const [text, choice] of Object.entries(expected)) {
      assert.strictEqual(read(text, german), choice, text)
    }
  })

  it("reads labels in scripts with other digits, other cases and marks", () => {
    const inLanguage = (language: string, labels: ReadonlyArray<string>) => (text: string) =>
      read(text, { statement: "", labels, language })
    const arabic = inLanguage("ar", [
      "لا تنطبق عليّ إطلاقاً",
      "تنطبق عليّ قليلاً",
      "تنطبق عليّ أحياناً",
      "تنطبق عليّ كثيراً",
      "تنطبق عليّ دائماً"
    ])
    assert.strictEqual(arabic("٤"), 4)
    assert.strictEqual(arabic("تنطبق علي دائما"), 5)
    const turkish = inLanguage("tr", [
      "Çok yanlış",
      "Orta Derecede Yanlış",
      "Ne Doğru Ne Yanlış",
      "Orta Derecede Doğru",
      "Çok doğru"
    ])
    assert.strictEqual(turkish("ÇOK YANLIŞ"), 1)
    const french = inLanguage("fr", [
      "Fortement en désaccord",
      "Plutot en désaccord",
      "Ni en accord ni en désaccord",
      "Plutot en accord",
      "Fortement en accord"
    ])
    assert.strictEqual(french("Plutôt en accord."), 4)
    const portuguese = inLanguage("pt-br", [
      "Discordo totalmente",
      "Discordo parcialmente",
      "Nem discordo, nem concordo",
      "Concordo parcialmente",
      "Concordo totalmente"
    ])
    assert.strictEqual(portuguese("nem discordo nem concordo"), 3)
    assert.strictEqual(inLanguage("hi", ["अत्यंत अयथार्थ", "b", "c", "d", "अत्यंत यथार्थ"])("अत्यंत यथार्थ"), 5)
    assert.strictEqual(inLanguage("zh-cn", ["错误", "失准", "普通", "准确", "精确"])("准确。"), 4)
  })
})
