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
}

const minorSet = new Set(minorWords.split(" | "))
const vague = new Set(vagueNouns.split(" | "))
const denying = new Set(statementDenials.split(" | "))

export const stem = (word: string) =>
  word.length < 4 ? word : word.replace(/(?<=...)(?:ing|ed|es|s)$/, "").replace(/(?<=..)[eiy]$/, "")

const withoutFrequency = (words: ReadonlyArray<string>) =>
  itemsOf(words).flatMap((item) => (item.cue.kind === "often" ? [] : item.words))

export const statementOf = (text: string): Statement => {
  const words = wordsOf(text)
  const clause = words.includes("that") ? words.slice(0, words.indexOf("that")) : words
  const major = withoutFrequency(words).filter((word) => !minorSet.has(word) && !denying.has(word))
  const lastNeeded = major.findLastIndex((word) => !vague.has(word))
  return {
    isDenial: clause.some((word) => denying.has(word)),
    words: new Set(words),
    minor: new Set(words.filter((word) => minorSet.has(word) && !denying.has(word))),
    stems: major.map(stem),
    needed: Math.max(lastNeeded + 1, Math.min(1, major.length))
  }
}

/** How many other words may stand between two of the statement: "I worry almost constantly about things". */
const gap = 4

/** Where the words repeat the whole statement: the places of its words, the minor ones included. */
export const findEcho = (words: ReadonlyArray<string>, statement: Statement): ReadonlySet<number> => {
  const places = new Set<number>()
  if (statement.stems.length === 0) return places
  const stems = words.map(stem)
  for (let start = stems.indexOf(statement.stems[0] ?? ""); start >= 0; ) {
    const found: Array<number> = []
    let from = start
    for (const wanted of statement.stems) {
      const place = stems.slice(from, from + gap).indexOf(wanted)
      if (place < 0) break
      found.push(from + place)
      from += place + 1
    }
    if (found.length >= statement.needed) for (const place of found) places.add(place)
    start = stems.indexOf(statement.stems[0] ?? "", Math.max(from, start + 1))
  }
  return places
}
