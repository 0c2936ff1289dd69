import type { Cue, Item } from "./lexicon.ts"
import { doubts, type Reading } from "./reading.ts"

interface Meaning {
  /** 1 to 5 */
  readonly value: number
  /** "completely", "always": denied, the middle is left. */
  readonly isWhole: boolean
  readonly isSoft: boolean
  readonly isBound: boolean
  /** "at all" waits for the denial before it. */
  readonly isAtAll: boolean
  readonly isOften: boolean
  readonly doubt: number
}

interface Context {
  readonly isWholeEcho: boolean
  readonly isDenial: boolean
}

type Kind = Cue["kind"]

const has = (items: ReadonlyArray<Item>, kind: Kind) => items.some(({ cue }) => cue.kind === kind)

/** "so true" and "so not me" hold a degree, "so I do" none. */
const openSo = (items: ReadonlyArray<Item>): ReadonlyArray<Item> =>
  items.flatMap((item, index): ReadonlyArray<Item> => {
    if (item.cue.kind !== "so") return [item]
    const [next, second] = items.slice(index + 1, index + 3).map(({ cue }) => cue.kind)
    return (next === "not" && second === "fit") || next === "fit" || next === "often" || next === "degree"
      ? [{ ...item, cue: { kind: "degree", step: "strong", isAnswer: false } }]
      : []
  })

/** The core of the clause last, what modifies it before it: "I do not worry at all" is "do not at all worry". */
const arrange = (items: ReadonlyArray<Item>) => {
  const echo = items.findIndex(({ cue }) => cue.kind === "echo")
  const place =
    echo >= 0 ? echo : items.findLastIndex(({ cue }) => cue.kind === "fit" || cue.kind === "leaning")
  const core = items[place]?.cue
  return {
    core,
    modifiers: items.filter(({ cue }, index) => index !== place && cue.kind !== "echo")
  }
}

/** Without a core of its own a clause must hold something that can be an answer. */
const canStandAlone = (items: ReadonlyArray<Item>) => {
  const isDenied = has(items, "not")
  return items.some(({ cue }, index) => {
    const next = items[index + 1]?.cue.kind
    if (cue.kind === "often" || cue.kind === "affirming") return true
    if (cue.kind === "degree") return isDenied ? cue.step !== "slight" : cue.isAnswer
    if (cue.kind === "not") return cue.isAnswer || next === "at all"
    return cue.kind === "auxiliary" && next === "not"
  })
}

const deny = (meaning: Meaning): Meaning | undefined => {
  const { value, isWhole, isSoft, isAtAll } = meaning
  const denied = { ...meaning, isWhole: false, isSoft: false, isAtAll: false }
  if (value === 3 || isSoft) return undefined
  if (isAtAll) return { ...denied, value: value > 3 ? 1 : 5 }
  if (isWhole) return { ...denied, value: 3, isBound: true, doubt: doubts.loose }
  if (value > 3) return { ...denied, value: 2 }
  return value === 2 ? { ...denied, value: 4, doubt: doubts.hesitant } : undefined
}

/** What an item makes of the meaning of all that follows it, or nothing if it makes no sense there. */
const modify = (meaning: Meaning, { cue }: Item, core: Cue | undefined): Meaning | undefined => {
  const { value } = meaning
  switch (cue.kind) {
    case "affirming":
    case "auxiliary":
      return meaning
    case "degree":
      if (cue.step === "slight") return { ...meaning, isSoft: true, doubt: meaning.doubt + 1 }
      if (cue.step === "soft") return { ...meaning, isSoft: meaning.isSoft || value !== 5 }
      return value === 3
        ? undefined
        : { ...meaning, value: value > 3 ? 5 : 1, isWhole: meaning.isWhole || cue.step === "whole" }
    case "often":
      if (meaning.isOften || value === 3 || (meaning.isAtAll && cue.value > 2)) return undefined
      return {
        ...meaning,
        value: value > 3 ? cue.value : 6 - cue.value,
        isWhole: cue.value === 5,
        isAtAll: false,
        isOften: true
      }
    case "at all":
      return { ...meaning, isAtAll: value !== 1 }
    case "not":
      return deny(meaning)
    case "fit":
      if (core?.kind === "echo" && cue.value !== 3)
        return cue.value > 3 ? meaning : { ...meaning, value: 6 - value }
      return core?.kind === "fit" && (cue.value - 3) * (core.value - 3) > 0 ? meaning : undefined
    default:
      return undefined
  }
}

const fold = (modifiers: ReadonlyArray<Item>, core: Cue | undefined, doubt: number) => {
  const value = core?.kind === "fit" || core?.kind === "leaning" ? core.value : 4
  const start = {
    value,
    isWhole: false,
    isSoft: false,
    isBound: false,
    isAtAll: false,
    isOften: false,
    doubt
  }
  return modifiers.reduceRight<Meaning | undefined>(
    (meaning, item) => (meaning === undefined ? undefined : modify(meaning, item, core)),
    start
  )
}

const isSlightAlone = (items: ReadonlyArray<Item>) =>
  items.some(({ cue }) => cue.kind === "degree") &&
  items.every(({ cue }) => cue.kind === "affirming" || (cue.kind === "degree" && cue.step === "slight"))

const standingOf = (items: ReadonlyArray<Item>, isAnchored: boolean): Reading["standing"] => {
  const isOften = has(items, "often")
  const isWeak = !isOften && !has(items, "degree")
  if (isAnchored) return isWeak ? "edge" : "anywhere"
  return isOften || (has(items, "degree") && has(items, "not")) ? "edge" : "alone"
}

/** Reads a clause of words: how often, how well it fits, how much, and what is denied. */
export const readWords = (
  clause: ReadonlyArray<Item>,
  { isWholeEcho, isDenial }: Context
): ReadonlyArray<Reading> | undefined => {
  const items = openSo(clause)
  const { core, modifiers } = arrange(items)
  const [isOften, isDegree, isDenied] = [has(items, "often"), has(items, "degree"), has(items, "not")]
  const isFit = has(items, "fit")
  if (core === undefined && !canStandAlone(items)) return undefined
  if (core?.kind === "echo" && !isWholeEcho && !isOften && !isDenied) return undefined
  const meaning = fold(modifiers, core, isOften || isFit || isDegree ? doubts.worded : doubts.loose)
  if (meaning === undefined || meaning.isAtAll) return undefined
  const isEcho = core?.kind === "echo"
  // A bare denial or frequency may answer such a statement or repeat it: "never", asked about "Rarely overindulge".
  if (isDenial && !isEcho && !isFit && (isOften || isDenied || !isDegree)) return []
  const value = core === undefined && isSlightAlone(items) ? 3 : meaning.value
  return [
    {
      choice: isDenial && isEcho ? 6 - value : value,
      doubt: meaning.doubt,
      isWeak: !isOften && !isDegree && (value === 2 || value === 4),
      isBound: meaning.isBound && !isDenial,
      isDigit: false,
      standing: standingOf(items, isEcho || isFit)
    }
  ]
}
