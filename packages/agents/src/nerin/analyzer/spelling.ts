import { Array } from "effect"
import { vocabulary } from "./lexicon.ts"

const squeeze = (word: string) => word.replace(/(.)\1+/gu, "$1")

const bySqueezed = new Map(
  [...vocabulary].filter((word) => word.length >= 5).map((word) => [squeeze(word), word])
)
const longByFirst = Array.groupBy(
  [...vocabulary].filter((word) => word.length >= 7),
  (word) => word.slice(0, 1)
)

/** Whether one letter more, less, other, or two exchanged make the one word the other. Both begin alike. */
const isSlip = (one: string, other: string) => {
  if (Math.abs(one.length - other.length) > 1) return false
  let start = 0
  while (start < one.length && one[start] === other[start]) start += 1
  const rest = (word: string, skipped: number) => word.slice(start + skipped)
  return (
    rest(one, 1) === rest(other, 1) ||
    rest(one, 1) === rest(other, 0) ||
    rest(one, 0) === rest(other, 1) ||
    (one[start] === other[start + 1] && one[start + 1] === other[start] && rest(one, 2) === rest(other, 2))
  )
}

/**
 * The word of the vocabulary that was meant: with letters drawn out ("yesss"), doubled or not doubled
 * ("dissagree"), or, in words of seven letters and more, with one slip ("moderatly"). Short words are left alone,
 * since a slip in them is often another word.
 */
export const respell = (word: string) => {
  if (vocabulary.has(word) || !/^\p{L}{3,20}$/u.test(word)) return word
  const drawnOut = [word.replace(/(.)\1{2,}/gu, "$1"), word.replace(/(.)\1{2,}/gu, "$1$1")]
  return (
    drawnOut.find((word) => vocabulary.has(word)) ??
    (word.length >= 4 ? bySqueezed.get(squeeze(word)) : undefined) ??
    (word.length >= 6 ? longByFirst[word.slice(0, 1)]?.find((known) => isSlip(word, known)) : undefined) ??
    word
  )
}
