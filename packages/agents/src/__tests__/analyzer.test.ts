import { assert, describe, it } from "@effect/vitest"
import { FastCheck, Option } from "effect"
import { readAnswer } from "../nerin/analyzer.ts"

const english = {
  statement: "Worry about things",
  labels: [
    "Very Inaccurate",
    "Moderately Inaccurate",
    "Neither Accurate Nor Inaccurate",
    "Moderately Accurate",
    "Very Accurate"
  ],
  language: "en"
}

const read = (text: string, question = english) => Option.getOrNull(readAnswer(text, question))

const cues = [
  "very accurate",
  "4",
  "not always",
  "I hardly ever worry",
  "never mind",
  "yes, but only sometimes",
  "not me at all",
  "no",
  "4 or 5",
  "not"
]

const cueText = FastCheck.array(
  FastCheck.oneof(
    FastCheck.constantFrom(
      ...cues,
      "but",
      "when",
      ",",
      ".",
      "?",
      "worry",
      "really",
      "always",
      "5",
      "disagree"
    ),
    FastCheck.string({ unit: "binary", maxLength: 12 })
  ),
  { maxLength: 8 }
).map((parts) => parts.join(" "))

describe("readAnswer", () => {
  it("is surest of a digit or a label, and less of anything that leaves more open", () => {
    const confidences = {
      "4": 1,
      "very accurate": 1,
      "I'd say 4": 1,
      "It's moderately accurate.": 1,
      "maybe 4": 0.8,
      "not really": 0.8,
      always: 0.8,
      "I hardly ever worry": 0.8,
      "spot on": 0.8,
      "I completely agree": 0.8,
      yes: 0.6,
      no: 0.6,
      "I worry about things": 0.6,
      "yes, but only sometimes": 0.6,
      "My friends tell me to relax more. Always.": 0.6,
      "maybe sometimes": 0.6,
      "My friends tell me to relax more. I'd say 4.": 0.8,
      "4 or 5": 0.4,
      "I don't disagree": 0.4,
      "yes and no": 0.4
    }
    for (const [text, confidence] of Object.entries(confidences)) {
      assert.strictEqual(read(text)?.confidence, confidence, text)
    }
  })

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
      assert.strictEqual(read(text, german)?.choice, choice, text)
    }
  })

  it("reads labels in scripts with other digits, other cases and marks", () => {
    const inLanguage = (language: string, labels: ReadonlyArray<string>) => (text: string) =>
      read(text, { statement: "", labels: [...labels], language })?.choice
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

  it("gives a choice from 1 to 5 and a confidence above 0, or nothing, for any text", () => {
    FastCheck.assert(
      FastCheck.property(cueText, FastCheck.string({ unit: "binary" }), (text, statement) => {
        for (const language of ["en", "de"]) {
          const reading = read(text, { ...english, statement, language })
          if (reading === null) continue
          assert.include([1, 2, 3, 4, 5], reading.choice)
          assert.isTrue(reading.confidence > 0 && reading.confidence <= 1)
        }
      }),
      { numRuns: 1000 }
    )
  })

  it("takes no notice of case, space around, or a full stop at the end", () => {
    FastCheck.assert(
      FastCheck.property(
        FastCheck.constantFrom(...cues),
        FastCheck.constantFrom("", ".", "!", " \n"),
        (cue, end) => {
          const expected = read(cue)
          assert.deepStrictEqual(read(`  ${cue.toUpperCase()}${end}`), expected)
          assert.deepStrictEqual(read(`${cue.replaceAll(" ", " \t ")}${end}`), expected)
        }
      )
    )
  })

  it("reads a plain denial as the other side of the affirmation", () => {
    for (const word of ["accurate", "true", "agree", "like me"]) {
      assert.strictEqual(read(word)?.choice, 4)
      assert.strictEqual(read(`not ${word}`)?.choice, 2)
      assert.strictEqual(read(`not ${word} at all`)?.choice, 1)
      assert.strictEqual(read(`not not ${word}`)?.choice, 4)
    }
  })

  it("takes time in proportion to the length, also of hostile text", () => {
    const timeOf = (text: string) => {
      const start = performance.now()
      read(text)
      return performance.now() - start
    }
    const pieces = [
      "not ",
      "a",
      "all the ",
      "4 or ",
      "very, ",
      "n't",
      "!",
      "somewhatt ",
      "worry ",
      "\u0301",
      "\ufdfa",
      "4-",
      "' "
    ]
    for (const piece of pieces) {
      const text = piece.repeat(Math.ceil(65_536 / Buffer.byteLength(piece)))
      timeOf(text)
      assert.isBelow(timeOf(text), 2_000, JSON.stringify(piece))
    }
  })
})
