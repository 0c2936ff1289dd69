import { numberOf } from "./numbers.ts"
import * as phrases from "./phrases.ts"
import { wordsOf } from "./text.ts"

/** What a word or phrase contributes to an answer. */
export type Cue =
  | { readonly kind: "digit"; readonly value: number; readonly isRange: boolean }
  | { readonly kind: "often" | "fit" | "leaning"; readonly value: number }
  | {
      readonly kind: "degree"
      readonly step: "whole" | "strong" | "soft" | "slight"
      readonly isAnswer: boolean
    }
  | { readonly kind: "not"; readonly isAnswer: boolean }
  | { readonly kind: "joint"; readonly joint: Joint }
  | {
      readonly kind:
        | "at all"
        | "so"
        | "torn"
        | "echo"
        | "hedge"
        | "affirming"
        | "auxiliary"
        | "filler"
        | "before digit"
        | "after digit"
        | "aside"
        | "question"
        | "unknown"
    }

export type Joint = "contrast" | "limit" | "reason" | "or" | "and"

export interface Item {
  readonly cue: Cue
  readonly words: ReadonlyArray<string>
}

const byFirstWord = new Map<string, Array<Item>>()

const add = (list: string, cue: Cue) => {
  for (const phrase of list.split(" | ")) {
    const words = wordsOf(phrase)
    const [first = ""] = words
    byFirstWord.set(first, [...(byFirstWord.get(first) ?? []), { cue, words }])
  }
}

const addValues = (kind: "often" | "fit" | "leaning", lists: Record<number, string>) => {
  for (const [value, list] of Object.entries(lists)) add(list, { kind, value: Number(value) })
}

addValues("often", phrases.frequencies)
addValues("fit", phrases.fits)
addValues("leaning", phrases.leanings)
add(phrases.degrees.wholeAlone, { kind: "degree", step: "whole", isAnswer: true })
add(phrases.degrees.strongAlone, { kind: "degree", step: "strong", isAnswer: true })
add(phrases.degrees.strong, { kind: "degree", step: "strong", isAnswer: false })
add(phrases.degrees.softAlone, { kind: "degree", step: "soft", isAnswer: true })
add(phrases.degrees.soft, { kind: "degree", step: "soft", isAnswer: false })
add(phrases.degrees.slight, { kind: "degree", step: "slight", isAnswer: true })
add(phrases.denials.bound, { kind: "not", isAnswer: false })
add(phrases.denials.free, { kind: "not", isAnswer: true })
add(phrases.torn, { kind: "torn" })
add(phrases.atAll, { kind: "at all" })
add(phrases.hedges, { kind: "hedge" })
add(phrases.affirming, { kind: "affirming" })
add(phrases.auxiliaries, { kind: "auxiliary" })
add(phrases.fillers, { kind: "filler" })
add(phrases.digitFrames.before, { kind: "before digit" })
add(phrases.digitFrames.after, { kind: "after digit" })
add(phrases.asides, { kind: "aside" })
add(phrases.questions, { kind: "question" })
add(phrases.misleading, { kind: "unknown" })
add("so", { kind: "so" })
for (const [joint, list] of [
  ["contrast", phrases.joints.contrast],
  ["limit", phrases.joints.limit],
  ["reason", phrases.joints.reason],
  ["or", phrases.joints.or],
  ["and", phrases.joints.and]
] as const) {
  add(list, { kind: "joint", joint })
}
for (const [value, word] of Object.entries(phrases.digits)) {
  add(word, { kind: "digit", value: Number(value), isRange: false })
}
for (const items of byFirstWord.values()) items.sort((one, other) => other.words.length - one.words.length)

/** Every word of the tables. */
export const vocabulary: ReadonlySet<string> = new Set(
  [...byFirstWord.values()].flatMap((items) => items.flatMap(({ words }) => words))
)

const cueOfOther = (word: string): Cue => {
  if (/^\p{Extended_Pictographic}$/u.test(word)) return { kind: "filler" }
  const number = numberOf(word)
  return number === undefined ? { kind: "unknown" } : { kind: "digit", ...number }
}

const startsWith = (words: ReadonlyArray<string>, phrase: ReadonlyArray<string>, start: number) =>
  phrase.every((word, index) => words[start + index] === word)

/** The longest phrases from left to right. */
export const itemsOf = (words: ReadonlyArray<string>): ReadonlyArray<Item> => {
  const items: Array<Item> = []
  for (let start = 0; start < words.length; start += items.at(-1)?.words.length ?? 1) {
    const word = words[start] ?? ""
    items.push(
      byFirstWord.get(word)?.find((item) => startsWith(words, item.words, start)) ?? {
        cue: cueOfOther(word),
        words: [word]
      }
    )
  }
  return items
}
