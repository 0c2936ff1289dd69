import { spellings } from "./phrases.ts"

/** Between two full stops or commas. */
export interface Segment {
  readonly words: ReadonlyArray<string>
  readonly sentence: number
  readonly isQuestion: boolean
}

const zeros = ["٠", "۰", "०", "๐"].map((zero) => zero.codePointAt(0) ?? 0)

const asciiDigit = (digit: string) => {
  const code = digit.codePointAt(0) ?? 0
  const zero = zeros.find((zero) => code >= zero && code <= zero + 9)
  return zero === undefined ? digit : `${code - zero}`
}

/**
 * Compatibility forms, case, marks and apostrophes made equal. Marks go first, because normalising a long run of
 * them takes time in proportion to its square.
 */
export const normalise = (text: string) =>
  text
    .replace(/[\p{Mn}\p{Me}]/gu, "")
    .replace(/[’‘ʼ`´]/g, "'")
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[\p{Mn}\p{Me}]/gu, "")
    .replaceAll("ı", "i")
    .replace(/\p{Nd}/gu, asciiDigit)

/** A number with all that clings to it; a word; a mark that ends a part; "/", "&", "~" and pictures. */
const token =
  /(?<![^\s]):-?\d+|[<>≤≥^\p{Sc}+-]?\d+(?:[.,:/⁄–-]\d+)*[\p{L}%°\p{Sc}]*|\p{L}[\p{L}\p{N}']*|[.!?;\n\r,:()[\]{}=…—–]|(?<=\s)-(?=\s)|[/&~]|\p{Extended_Pictographic}/gu

const endings: ReadonlyArray<readonly [ending: string, word: string]> = [
  ["n't", " not"],
  ["'m", " am"],
  ["'s", " is"],
  ["'re", " are"],
  ["'ve", " have"],
  ["'ll", " will"],
  ["'d", " would"]
]

/** "don't" is "do not", "that's" is "that is", also without the apostrophe. */
const open = (word: string) => {
  const plain = word.replaceAll("'", "")
  const known = Object.hasOwn(spellings, plain) ? spellings[plain] : undefined
  if (known !== undefined) return known
  const [ending, replacement] = endings.find(([ending]) => word.endsWith(ending)) ?? ["", ""]
  return word.slice(0, word.length - ending.length).replaceAll("'", "") + replacement
}

export const segmentsOf = (text: string): ReadonlyArray<Segment> => {
  const segments: Array<Segment> = []
  let words: Array<string> = []
  let sentence = 0
  const close = (isQuestion: boolean) => {
    if (words.length > 0) segments.push({ words, sentence, isQuestion })
    else if (isQuestion) segments.push({ words: ["?"], sentence, isQuestion })
    words = []
  }
  const joined = normalise(text)
    .replace(/(\p{L})-(?=\p{L})/gu, "$1 ")
    .replace(/(?<!\p{L})(\p{L}+), (?=\1(?!\p{L}))/gu, "$1 ")
    .replace(/(?<![^\s])([1-5]) ?[-–] ?(?=[1-5](?![^\s.!]))/g, "$1-")
  for (const [found] of joined.matchAll(token)) {
    if (/^[,:()[\]{}=—–-]$/.test(found)) close(false)
    else if (/^[.!?;\n\r…]$/.test(found)) {
      close(found === "?")
      sentence += 1
    } else
      words.push(
        ...open(found)
          .split(" ")
          .filter((word) => word !== "")
      )
  }
  close(false)
  return segments
}

export const wordsOf = (text: string): ReadonlyArray<string> => segmentsOf(text).flatMap(({ words }) => words)
