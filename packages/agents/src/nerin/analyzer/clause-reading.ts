import type { Clause } from "./clauses.ts"
import type { Labels } from "./labels.ts"
import type { Cue, Item } from "./lexicon.ts"
import { between, doubts, type Reading } from "./reading.ts"
import { readWords } from "./word-reading.ts"

/** What the clauses of an answer are read against. */
export interface Question {
  readonly isDenial: boolean
  readonly labels: Labels
}

const has = (items: ReadonlyArray<Item>, ...kinds: ReadonlyArray<Cue["kind"]>) =>
  items.some(({ cue }) => kinds.includes(cue.kind))

const exactly = (choice: number, doubt = doubts.certain): Reading => ({
  choice,
  doubt,
  isWeak: false,
  isBound: false,
  isDigit: true,
  standing: "edge"
})

/** "I have no fun": here "no" denies what follows. */
const openNo = (items: ReadonlyArray<Item>): ReadonlyArray<Item> =>
  items.map((item, index) => {
    const before = items[index - 1]
    const isDenying =
      item.words.join(" ") === "no" &&
      before !== undefined &&
      (before.cue.kind === "echo" || before.words[0] === "have")
    return isDenying ? { ...item, cue: { kind: "not", isAnswer: false } } : item
  })

const readDigits = (items: ReadonlyArray<Item>, clause: Clause, question: Question) => {
  const digits = items.flatMap(({ cue }) => (cue.kind === "digit" ? [cue] : []))
  const rest = items.filter(
    ({ cue }) => !["digit", "before digit", "after digit", "auxiliary", "affirming", "so"].includes(cue.kind)
  )
  const [first, second] = [...new Set(digits.map(({ value }) => value))]
  const choice = first === undefined || second === undefined ? first : between(first, second)
  const isCount = items.some(({ words }) => words[0] === "have" || words[0] === "has")
  const isOfOther = items.some(
    ({ cue }, index) =>
      (cue.kind === "affirming" || cue.kind === "before digit") && items[index - 1]?.cue.kind === "digit"
  )
  if (choice === undefined || digits.length > 2 || isCount || isOfOther || has(rest, "not")) return undefined
  const isRange = second !== undefined || digits.some(({ isRange }) => isRange)
  const digit = exactly(choice, isRange ? doubts.hesitant : doubts.certain)
  if (rest.every(({ cue }) => cue.kind === "degree")) {
    return rest.some(({ cue }) => cue.kind === "degree" && !cue.isAnswer) ? undefined : [digit]
  }
  const words = readWithLeanings(rest, clause, question)
  return words === undefined ? undefined : [digit, ...words]
}

/** "no I never worry": a yes or no at the beginning speaks for itself. */
const readWithLeanings = (
  items: ReadonlyArray<Item>,
  clause: Clause,
  question: Question
): ReadonlyArray<Reading> | undefined => {
  const count = items.findIndex(({ cue }) => cue.kind !== "leaning")
  const leanings = items.slice(0, count < 0 ? items.length : count).flatMap(({ cue }) => {
    if (cue.kind !== "leaning" || question.isDenial) return []
    return [{ ...exactly(cue.value, doubts.loose), isWeak: true, isDigit: false, standing: "alone" as const }]
  })
  const rest = count < 0 ? [] : items.slice(count)
  if (rest.length === 0) return leanings
  const words = readWords(rest, { isWholeEcho: clause.isWholeEcho, isDenial: question.isDenial })
  return words === undefined ? undefined : [...leanings, ...words]
}

/**
 * The readings of a clause: none where it can be understood but says nothing certain of this statement (a bare
 * "no" to "Do not like poetry"), and `undefined` where it holds anything that is not understood.
 */
export const readClause = (clause: Clause, question: Question): ReadonlyArray<Reading> | undefined => {
  const items = openNo(clause.items.filter(({ cue }) => cue.kind !== "hedge"))
  if (clause.isQuestion || has(items, "unknown", "aside", "question")) return undefined
  const said = items.filter(({ cue }) => cue.kind !== "auxiliary" && cue.kind !== "affirming")
  const label = question.labels.get(said.flatMap(({ words }) => words).join(" "))
  if (label !== undefined) return [{ ...exactly(label), standing: "anywhere" as const }]
  if (has(items, "digit")) return readDigits(items, clause, question)
  if (has(items, "before digit", "after digit")) return undefined
  if (has(items, "torn")) {
    return items.length === 1 ? [{ ...exactly(3, doubts.hesitant), isDigit: false }] : undefined
  }
  return readWithLeanings(items, clause, question)
}
