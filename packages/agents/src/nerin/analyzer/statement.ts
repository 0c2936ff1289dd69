import { itemsOf } from "./lexicon.ts"
import { minorWords, statementDenials, vagueNouns } from "./phrases.ts"
import { wordsOf } from "./text.ts"

/** The statement that was asked about, as its repetition in an answer is recognised. */
export interface Statement {
  /** "Do not like poetry": what an answer says of liking poetry counts the other way round. */
  readonly isDenial: boolean
  readonly words: ReadonlySet<string>
  readonly minor: ReadonlySet<string>
  /** What a repetition must begin with, and in which order it goes on. */
  readonly stems: ReadonlyArray<string>
  /** So many of the stems make it whole. */
  readonly needed: number
  /** So many make a part of it that is no accident; adverbs ("easily") may be left out. */
  readonly enough: number
}

const minorSet = new Set(minorWords.split(" | "))
const vague = new Set(vagueNouns.split(" | "))
const denying = new Set(statementDenials.split(" | "))

export const stem = (word: string) =>
  word.length < 4 ? word : word.replace(/(?<=...)(?:ing|ed|es|s)$/, "").replace(/(?<=..)[eiy]$/, "")

/** "Often feel blue" is answered by how often it is so; "Put little time into my work" is repeated with its "little". */
const withoutFirstFrequency = (words: ReadonlyArray<string>, isMinor: (word: string) => boolean) => {
  const items = itemsOf(words)
  const start = items.findIndex((item) => item.cue.kind !== "often" && !item.words.every(isMinor))
  return items.flatMap((item, index) => (item.cue.kind === "often" && index < start ? [] : item.words))
}

export const statementOf = (text: string): Statement => {
  const words = wordsOf(text)
  const clause = words.includes("that") ? words.slice(0, words.indexOf("that")) : words
  const isDenial = clause.some((word) => denying.has(word))
  const isMinor = (word: string) => minorSet.has(word) || (isDenial && denying.has(word))
  const major = withoutFirstFrequency(words, isMinor).filter((word) => !isMinor(word))
  const lastNeeded = major.findLastIndex((word) => !vague.has(word))
  return {
    isDenial,
    words: new Set(words),
    minor: new Set(words.filter((word) => minorSet.has(word))),
    stems: major.map(stem),
    needed: Math.max(lastNeeded + 1, Math.min(1, major.length)),
    enough: Math.min(2, major.filter((word) => !word.endsWith("ly")).length)
  }
}
