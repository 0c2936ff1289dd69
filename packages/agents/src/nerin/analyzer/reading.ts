/** What a clause, or several together, say on the scale. */
export interface Reading {
  /** 1 to 5 */
  readonly choice: number
  /** 0 for a digit or a label; one more for each thing that leaves it more open. */
  readonly doubt: number
  /** A side without a strength: "yes", "true", the statement repeated. */
  readonly isWeak: boolean
  /** "not always": at most 4, by itself the middle. */
  readonly isBound: boolean
  readonly isDigit: boolean
  /**
   * Where it counts in an answer that is not understood as a whole. What speaks of the statement or the scale
   * counts anywhere; a digit, a frequency or a bare "true" first or last; "yes" and "of course", which may answer
   * something else, not at all.
   */
  readonly standing: "anywhere" | "edge" | "alone"
}

/** How one clause follows another. */
export type Relation = "next" | "contrast" | "or"

/** Digits, labels. */
const certain = 0
/** Synonyms, frequencies, degrees. */
const worded = 1
/** Sides without a strength. */
const loose = 2
/** Between two choices, double negations. */
const hesitant = 3

export const doubts = { certain, worded, loose, hesitant }

const isOpposite = (one: number, other: number) => (one - 3) * (other - 3) < 0

const lessSure = (reading: Reading) => ({ ...reading, doubt: reading.doubt + 1 })

/** Of two neighbours on the scale the one nearer to its middle; nothing for any others. */
export const between = (one: number, other: number) =>
  Math.abs(one - other) !== 1 ? undefined : Math.abs(one - 3) < Math.abs(other - 3) ? one : other

const either = (one: Reading, other: Reading): Reading | undefined => {
  const choice = one.choice === other.choice ? one.choice : between(one.choice, other.choice)
  return choice === undefined ? undefined : { ...one, choice, doubt: doubts.hesitant, isWeak: false }
}

/** A digit stands, unless words say something else than it or a neighbour. */
const withDigit = (digit: Reading, words: Reading) =>
  Math.abs(digit.choice - words.choice) <= 1 ? digit : undefined

const withBound = (bound: Reading, other: Reading) => {
  if (isOpposite(other.choice, 5)) return other.isWeak ? bound : other
  return lessSure({ ...other, choice: Math.min(other.choice, 4) })
}

/**
 * Two readings in the order they were given, or nothing if they contradict each other. What comes after "but"
 * moderates what came before; a side without a strength gives way to whatever says more on the same side.
 */
export const combine = (one: Reading, other: Reading, relation: Relation): Reading | undefined => {
  if (relation === "or") return either(one, other)
  if (one.choice === other.choice) return one.doubt <= other.doubt ? one : other
  if (one.isDigit !== other.isDigit) return one.isDigit ? withDigit(one, other) : withDigit(other, one)
  if (other.isBound) return withBound(other, one)
  if (one.isBound) return withBound(one, other)
  if (isOpposite(one.choice, other.choice)) {
    const isModerated =
      relation === "contrast" && one.isWeak && !other.isWeak && Math.abs(other.choice - 3) < 2
    return isModerated ? lessSure(other) : undefined
  }
  if (relation === "contrast") return other.isWeak ? one : lessSure(other)
  if (one.isWeak) return other
  if (other.isWeak) return one
  return Math.abs(one.choice - other.choice) === 1 && !one.isDigit ? lessSure(other) : undefined
}
